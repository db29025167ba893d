import type { LedgerRecord, Remedy, Verdict } from "../../kernel/types/index.ts";
import { never } from "../../kernel/types/index.ts";
import { describe } from "../../runbook/tickets/body.ts";

/** Values that a query can filter by, count and show. */
export type Summary = Readonly<Record<string, string | number | boolean>>;

/**
 * What people ask for of a record, beside the record: CloudWatch finds the first 200 fields of a line only, and a diagnosis alone has more.
 * Texts are as they are on record, where foreign text is still foreign.
 */
export function summaryOf(record: LedgerRecord): Summary {
  switch (record.type) {
    case "opened": {
      const { cluster, scenario, scope, alertCount } = record.incident;
      return { cluster, scenario, scope: describe(scope), alerts: alertCount };
    }
    case "joined":
    case "resolved":
      return { alerts: record.alerts.length };
    case "diagnosed": {
      const { round, cause } = record.diagnosis;
      return { round, ...(cause ? { check: cause.check, says: cause.says } : {}) };
    }
    case "decided":
      return {
        at: record.at,
        ...ofRemedy(record.remedy),
        plan: record.plan,
        undo: record.undoes !== undefined,
        ...ofVerdict(record.verdict),
      };
    case "asked":
      return { plan: record.plan, until: record.until };
    case "answered":
      return { plan: record.plan, who: record.who, yes: record.yes };
    case "preserved":
      return { plan: record.plan, missing: record.missing.length };
    case "intent":
      return { ...ofRemedy(record.remedy), plan: record.plan, undo: record.undoes !== undefined };
    case "outcome":
      return { effect: record.effect, says: record.says };
    case "looked":
      return { look: record.look };
    case "concluded":
      return { proof: record.proof, says: record.says };
    case "faulted":
      return { state: record.state, says: record.error };
    case "escalating":
      return { result: record.result, says: record.why };
    case "ticketed":
    case "commented":
      return { ticket: record.ticket };
    case "folded":
      return { into: record.into };
    case "closed":
      return { result: record.result, says: record.says };
    default:
      return never(record);
  }
}

const ofRemedy = ({ kind, target }: Remedy): Summary => ({
  kind,
  cluster: target.cluster,
  target: `${target.kind} ${target.namespace ? `${target.namespace}/` : ""}${target.name}`,
});

const ofVerdict = (verdict: Verdict): Summary =>
  verdict.verdict === "allow"
    ? { verdict: "allow" }
    : {
        verdict: verdict.verdict,
        guards: verdict.reasons.map(({ guard }) => guard).join(", "),
        says: verdict.reasons.map(({ guard, says }) => `${guard}: ${says}`).join("; "),
      };
