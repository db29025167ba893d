import { isFaulty } from "../../kernel/answers.ts";
import type { Diagnosis, Finding, LedgerRecord, Reason, Remedy, Verdict } from "../../kernel/types/index.ts";
import { never } from "../../kernel/types/index.ts";
import { describe } from "../../runbook/tickets/body.ts";

/** One record as people read it: a headline, and lines that belong below it. Foreign text is still foreign. */
export interface Told {
  readonly mark: "good" | "bad" | "unsure" | "step" | "quiet";
  readonly headline: string;
  readonly details: readonly string[];
}

const told = (mark: Told["mark"], headline: string, details: readonly string[] = []): Told => ({ mark, headline, details });

/** How a command is called for an incident: other folders need to be named. */
export type Called = (verb: string, id: string) => string;

export function tell(record: LedgerRecord, called: Called = (verb, id) => `npx remediator ${verb} ${id}`): Told {
  switch (record.type) {
    case "opened": {
      const { incident } = record;
      return told("step", `incident ${incident.id}`, [`${incident.scenario} · ${describe(incident.scope)} · cluster ${incident.cluster}`]);
    }
    case "joined":
      return told("quiet", `${count(record.alerts.length, "more alert")} joined`);
    case "resolved":
      return told("quiet", `${count(record.alerts.length, "alert")} resolved`);
    case "diagnosed":
      return diagnosed(record.diagnosis);
    case "decided":
      return decided(record.remedy, record.verdict, record.at, record.undoes !== undefined);
    case "asked":
      return told("unsure", `waits for an approval until ${record.until}`, [
        `plan ${record.plan.slice(0, 12)}: ${called("approve", record.incidentId)}, or ${called("decline", record.incidentId)}`,
      ]);
    case "answered":
      return told(record.yes ? "good" : "bad", `${record.who} ${record.yes ? "approved" : "declined"}`);
    case "preserved":
      return told("quiet", "preserved what the write would destroy", [
        `archive ${record.archive}`,
        ...record.missing.map((one) => `not there: ${one}`),
      ]);
    case "intent":
      return told("step", `permitted: ${what(record.remedy)}`, [`intent ${record.hash}, to be written before ${record.writeBefore}`]);
    case "outcome":
      return told(record.effect === "applied" ? "good" : "bad", `${record.effect}: ${record.says}`);
    case "looked":
      return told(record.look === "good" ? "good" : "unsure", `looked at the successor: ${record.look}`, record.findings.map(line));
    case "concluded":
      return told(record.proof === "proved" ? "good" : "bad", `${record.proof}: ${record.says}`);
    case "faulted":
      return told("bad", `the workflow failed in ${record.state}`, [record.error]);
    case "escalating":
      return told("bad", `hands over to people: ${record.why}`);
    case "ticketed":
      return told("step", `ticket ${record.ticket}`, [`the logs of the time after are added at ${record.commentAt}; it is closed then`]);
    case "commented":
      return told("quiet", `logs of the time after added to ${record.ticket}`);
    case "folded":
      return told("step", `folded into ${record.into}`);
    case "closed":
      return told(record.result === "proved" || record.result === "self-healed" ? "good" : "bad", `closed: ${record.result}`, [
        record.says,
      ]);
    default:
      return never(record);
  }
}

const marks: Readonly<Record<Finding["is"], string>> = { healthy: "✓", faulty: "✗", unknown: "?", "not-applicable": "–" };
export const line = (finding: Finding): string => `${marks[finding.is]} ${finding.check.padEnd(24)} ${finding.says}`;
export const count = (n: number, of: string) => `${n} ${of}${n === 1 ? "" : "s"}`;

export const what = (remedy: Remedy): string => {
  const { kind, name, namespace } = remedy.target;
  const set = "set" in remedy ? ` ${remedy.set.key}${remedy.set.to === null ? " (removed)" : `=${remedy.set.to}`}` : "";
  return `${remedy.kind} ${kind} ${namespace ? `${namespace}/` : ""}${name}${set}`;
};

/** Of several pods that answer alike, the first speaks, as it does in the cause: a screen shows each sentence once. */
function diagnosed({ round, findings, cause }: Diagnosis): Told {
  const shown = [...Map.groupBy(findings, ({ check, is }) => `${check} ${is}`).values()].flatMap(([first]) => first ?? []);
  const mark = cause ? "bad" : findings.some((finding) => finding.is === "unknown") ? "unsure" : "good";
  const headline = cause
    ? `diagnosis ${round}: ${cause.says}`
    : mark === "good"
      ? `diagnosis ${round}: healthy`
      : `diagnosis ${round}: no cause can be named`;
  return told(mark, headline, [
    ...shown.map(line),
    ...(cause?.manual && !findings.some((one) => isFaulty(one) && one.remedies) ? [`by hand: ${cause.manual}`] : []),
  ]);
}

function decided(remedy: Remedy, verdict: Verdict, at: "plan" | "write", undoing: boolean): Told {
  const whatNow = `${undoing ? "take back: " : ""}${what(remedy)}`;
  const when = at === "write" ? " at the moment of writing" : "";
  if (verdict.verdict === "allow")
    return told("good", `allowed: ${whatNow}`, [`why: ${remedy.why}`, `${verdict.passed.length} guards passed`]);
  const details = [`why: ${remedy.why}`, ...verdict.reasons.map(reason)];
  return verdict.verdict === "ask" ? told("unsure", `asks: ${whatNow}`, details) : told("bad", `refused${when}: ${whatNow}`, details);
}

const reason = (one: Reason): string => `${one.rule === "ask" ? "?" : "✗"} ${one.guard}: ${one.says}`;
