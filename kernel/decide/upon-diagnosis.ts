import { isHealthyOnRecord } from "../diagnose.ts";
import { judge } from "../judge.ts";
import { planOf, remedyMode, ruleOf, scenarioMode } from "../plan.ts";
import type { Progress, Recorded } from "../progress.ts";
import { after, secondsBetween } from "../time.ts";
import type { Diagnosis, Found, Reason, Result, Scope, Sha256, Situation } from "../types/index.ts";
import { whereToWait } from "./asking.ts";
import { append, basisOf, close, type Deciding, escalate, go, refusals, type Step, at as waitUntil } from "./step.ts";

/** How often an inconclusive diagnosis is repeated before people are asked. */
const inconclusiveRounds = 3;

/** Archive address of what the next decision is made over; undefined where it takes none. */
export const evidenceFor = ({ diagnosis, decision, escalating, closed }: Progress): Sha256 | undefined =>
  diagnosis && diagnosis.diagnosis.remedies.length > 0 && !decision && !escalating && !closed ? diagnosis.evidence : undefined;

/** What the round's diagnosis leads to: an end, a ticket, or the first remedy's verdict and what follows from that. */
export function uponDiagnosis(record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step {
  if (at.decision) return uponDecision(at.decision, record, at, on);
  if (isOld(record, on)) return go({ to: "Diagnose" });
  const { diagnosis } = record;
  if (!diagnosis.cause) return withoutCause(record, at, on);
  const [remedy] = diagnosis.remedies;
  if (!remedy) return forPeople(diagnosis.cause, record, at, on);
  const plan = planOf(remedy);
  const { view, rules, policy, now } = on;
  const situation: Situation = {
    incident: at.incident,
    alerts: at.firing,
    diagnosis,
    remedy,
    plan,
    undoing: false,
    ledger: view,
    policy,
    now,
  };
  const verdict = judge(rules.guards, situation, on.evidence).value;
  return append({ type: "decided", at: "plan", remedy, plan, verdict, basis: basisOf(on, record.evidence) });
}

/** What was seen so long ago is no ground for anything: whoever was killed and comes back looks first. */
const isOld = ({ written }: Recorded<"diagnosed">, { policy, now }: Deciding): boolean =>
  secondsBetween(written, now) > policy.limits.freshSeconds;

/** Only a chain that is healthy on fresh evidence is an end; what is unknown is looked at again, and then is people's. */
function withoutCause(record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step {
  const { diagnosis, written } = record;
  const { rules, policy, now } = on;
  const { scope } = at.incident;
  const scenario = rules.scenarioOf(at.incident);
  if (isHealthyOnRecord(diagnosis)) {
    if (scope.of === "node" || scope.of === "host")
      return forNobody(`${nameOf(scope)} is meant, and all agents together are healthy: nothing here looks at it alone`, record, at, on);
    const firing = at.firing.some((alert) => alert.from === "alertmanager");
    // A general look that finds nothing says nothing about the particular fault that still is alerted about.
    const covers = scenario.id === at.incident.scenario && !(scenario.id === "overall-health" && firing);
    if (!covers)
      return forNobody(
        `${at.incident.scenario} is alerted about; what can be looked at here (${scenario.id}) is healthy, which does not refute it`,
        record,
        at,
        on,
      );
    const proved = at.attempts.some((attempt) => attempt.concluded?.proof === "proved" && !attempt.intent.undoes);
    return proved
      ? end("proved", "repaired, and the whole chain is healthy on fresh evidence", record, at, on)
      : end("self-healed", "the whole chain is healthy on fresh evidence", record, at, on);
  }
  if (at.rounds < inconclusiveRounds) return waitUntil(after(written, policy.timing.lookAgainSeconds), now, { to: "Diagnose" });
  return forNobody(`no cause can be named: ${unknowns(diagnosis)}`, record, at, on);
}

/** An end without people, and so only over what was looked at: alerts that joined since are looked at first, after a breath, for others may follow. */
const end = (result: Result, says: string, { written }: Recorded<"diagnosed">, at: Progress, { policy, now }: Deciding): Step =>
  at.joined ? waitUntil(after(written, policy.timing.lookAgainSeconds), now, { to: "Diagnose" }) : close(result, says);

/** One machine: no chain looks at it alone, nor tells whether there is such a one. */
const nameOf = (scope: Extract<Scope, { readonly of: "node" | "host" }>): string =>
  scope.of === "node" ? `node ${scope.node}` : `host ${scope.instance}`;

const unknowns = (diagnosis: Diagnosis) => {
  const says = diagnosis.findings.filter((finding) => finding.is === "unknown").map((finding) => finding.says);
  return says.length > 0 ? [...new Set(says)].join("; ") : "no link of the chain applies";
};

const forPeople = (cause: Found<"faulty">, record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step =>
  forNobody(cause.manual ? `${cause.says}. By hand: ${cause.manual}` : cause.says, record, at, on);

/** What is for no hands of ours is people's, unless people only wanted to be shown; but what was changed is always told. */
function forNobody(why: string, record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step {
  return scenarioMode(on.policy, at.incident) === "observe" ? observed(why, record, at, on) : escalate(why);
}

function observed(says: string, record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step {
  const changed = at.attempts.some(({ outcome }) => outcome?.effect === "applied");
  return changed
    ? escalate(`something was changed, and the rest may not be: ${says}`, "repaired-unproved")
    : end("observed", says, record, at, on);
}

function uponDecision(decision: Recorded<"decided">, record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step {
  switch (decision.verdict.verdict) {
    case "allow":
      return byHands(decision, record, 0, on);
    case "ask":
      return uponAnswer(decision, record, at, on);
    case "deny":
      return uponDenial(decision, decision.verdict.reasons, record, at, on);
  }
}

/**
 * Whoever writes refuses to do so on old evidence, and a refusal alarms people though nothing is wrong: so one looks first where that is to be
 * expected, within `ahead` seconds. An answer outlives the look, for it is bound to its plan.
 */
const byHands = ({ remedy }: Recorded<"decided">, record: Recorded<"diagnosed">, ahead: number, on: Deciding): Step =>
  go({ to: isOld(record, { ...on, now: after(on.now, ahead) }) ? "Diagnose" : ruleOf(on.rules.remedies, remedy.kind).by });

function uponAnswer(decision: Recorded<"decided">, record: Recorded<"diagnosed">, at: Progress, on: Deciding): Step {
  const { plan, remedy } = decision;
  const { policy, now } = on;
  const answer = at.answers.get(plan);
  if (answer)
    return answer.yes
      ? byHands(decision, record, policy.timing.writeWithinSeconds, on)
      : escalate(`${answer.who} declined: ${remedy.why}`, "declined");
  if (!at.asked) return append({ type: "asked", plan, until: after(now, policy.timing.approvalSeconds) });
  return now < at.asked.until ? go(whereToWait(at.asked, on)) : escalate(`nobody answered until ${at.asked.until}: ${remedy.why}`);
}

/** A denial passes soon, or is the fleet's, or only the mode's; else it is people's, with all its reasons. */
function uponDenial(
  decision: Recorded<"decided">,
  all: readonly Reason[],
  record: Recorded<"diagnosed">,
  at: Progress,
  on: Deciding,
): Step {
  const { policy, rules, now } = on;
  const { remedy } = decision;
  const reasons = all.filter((reason) => reason.rule === "deny");
  const passes = reasons.map((reason) => reason.until);
  const until = passes.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b));
  if (until !== undefined && secondsBetween(decision.written, until) <= policy.timing.longestWaitSeconds)
    return waitUntil(until, now, { to: "Diagnose" });
  if (isOld(record, on)) return go({ to: "Diagnose" });
  if (remedyMode(policy, at.incident, remedy.kind, rules.remedies) === "observe")
    return observed(`would ${remedy.kind} ${remedy.target.name}: ${remedy.why}`, record, at, on);
  if (at.incident.scope.of !== "cluster" && reasons.some((reason) => reason.fleet)) return { do: "fold", says: refusals({ reasons }) };
  return escalate(`${remedy.kind} was refused: ${refusals({ reasons })}`);
}
