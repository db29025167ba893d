import { nextCluster, writeBefore } from "../permit.ts";
import { planOf, ruleOf } from "../plan.ts";
import { overtakes, type Progress, progress, type Recorded, underWay } from "../progress.ts";
import { stopSwitches } from "../stops.ts";
import { secondsBetween } from "../time.ts";
import type { Basis, IncidentId, Instant, LedgerView, Reason, Remedy, Verdict } from "../types/index.ts";
import { type Acting, append, Overtaken, writerFor } from "./acting.ts";
import { type Look, lookOnceMore } from "./look.ts";
import { preserve } from "./preserve.ts";
import { reconcile, recordOutcome } from "./reconcile.ts";

export { type Acting, Overtaken, type Writers } from "./acting.ts";

/**
 * Carries out what was decided: preserve, fresh reads, all guards again, rehearsal, permit, one write, outcome. In this order, so that
 * a denial costs no budget and leaves no intent. A write without an outcome is not repeated but reconciled, by reading.
 */
export async function act(id: IncidentId, on: Acting): Promise<void> {
  const view = await on.ledger.view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const at = progress(view.story);
  const attempt = underWay(at);
  if (attempt) return attempt.outcome ? undefined : reconcile(attempt, view, on);
  const { decision } = at;
  // Once people have it nothing is begun any more, but to take back what we did; nor once an alert is over and nobody has looked at it.
  if (at.closed || (at.escalating && !decision?.undoes) || overtakes(view, at))
    throw new Overtaken("the incident has been handed over or closed, or an alert of it is over");
  if (!decision || ruleOf(on.rules.remedies, decision.remedy.kind).by !== on.capability)
    throw new Overtaken(`nothing is decided that ${on.capability} could do`);
  if (!isPermitted(decision, at)) throw new Overtaken(`${decision.remedy.kind} is not permitted`);
  await carryOut(decision, view, on);
}

/** Allowed by the last word on it, or asked for and answered with yes. What was refused since is not. */
const isPermitted = ({ verdict, plan }: Recorded<"decided">, { answers }: Progress): boolean =>
  verdict.verdict === "allow" || (verdict.verdict === "ask" && answers.get(plan)?.yes === true);

async function carryOut(decision: Recorded<"decided">, view: LedgerView, on: Acting): Promise<void> {
  const { rules, policy, world, ledger, archive } = on;
  const { cluster } = progress(view.story).incident;
  const began = on.clock();
  const kept = await preserve(decision.remedy, rules.remedies, { cluster, policy, now: began }, world, archive);
  if ("lost" in kept) {
    const says = `what the write would destroy could not be preserved: ${kept.lost.join("; ")}`;
    const basis = { now: began, policy: policy.version, cluster: view.cluster, stops: view.stops };
    return refuse(decision, view, denied({ guard: "preserved", rule: "deny", says, untold: true }), basis, on);
  }
  const preserved = await append(view, [{ ...kept, plan: decision.plan }], on);

  const look = await lookOnceMore(decision, preserved, on);
  const { verdict, basis } = look;
  const rehearsed = await rehearse(decision, look, on);
  if ("against" in rehearsed) return refuse(decision, preserved, rehearsed.against, basis, on);
  const { remedy } = rehearsed;

  const now = on.clock();
  const late = outdated(basis, now, on);
  if (late) return refuse(decision, preserved, late, basis, on);
  const undoes = view.story.find(({ hash }) => hash === decision.undoes)?.written;
  const asking = { incident: view.head.id, remedy, ...(undoes ? { undoes } : {}) };
  const next = nextCluster(preserved.cluster, asking, rules.remedies, policy, now);
  const intent = {
    type: "intent" as const,
    remedy,
    plan: decision.plan,
    ...(decision.undoes ? { undoes: decision.undoes } : {}),
    fence: next.fence,
    writeBefore: writeBefore(policy, now),
    verdict,
    basis,
  };
  const permit = await ledger.permit(preserved, intent, next, on.by, now);
  if (permit === "conflict") throw new Overtaken("the incident or its cluster moved on before the permit");
  if (permit === "stopped") {
    const says = "a stop switch was thrown before the permit";
    return refuse(decision, preserved, denied({ guard: stopSwitches, rule: "deny", says }), basis, on);
  }
  if (permit === "unanswered") {
    const says = "the answer on record is none that a person gave";
    return refuse(decision, preserved, denied({ guard: "answered", rule: "deny", says }), basis, on);
  }
  await recordOutcome(permit, await writerFor(remedy, on).write(permit), on);
}

/** What is to be written, rehearsed; or what speaks against it: the guards, a plan that is of another time, the API server. */
async function rehearse(
  { plan }: Recorded<"decided">,
  { verdict, remedy, gone }: Look,
  on: Acting,
): Promise<{ readonly remedy: Remedy } | { readonly against: Verdict }> {
  if (verdict.verdict !== "allow") return { against: verdict };
  if (!remedy) return stale(on.clock(), gone);
  if (planOf(remedy) !== plan) return stale(on.clock(), "this is not the plan that was decided");
  const rehearsal = await writerFor(remedy, on).rehearse(remedy);
  if (rehearsal.effect === "not-found") return stale(on.clock(), rehearsal.says);
  if (rehearsal.effect === "refused") return { against: denied({ guard: "rehearsal", rule: "deny", says: rehearsal.says }) };
  return { remedy };
}

/** Servers were slow: what the guards stood on is not of this moment any more. Nothing speaks against the write, so it is looked at anew. */
function outdated({ now: begun }: Basis, now: Instant, { policy: { limits } }: Acting): Verdict | undefined {
  const age = secondsBetween(begun, now);
  if (age <= limits.freshSeconds) return undefined;
  const says = `the look before the write was begun ${Math.round(age)} s ago, and evidence is good for ${limits.freshSeconds} s`;
  return denied({ guard: "fresh-and-firing", rule: "deny", says, until: now, untold: true });
}

/** The plan is of another time: look again at once, with a round's cost. */
const stale = (now: Instant, says: string) => ({ against: denied({ guard: "explicit-live-targets", rule: "deny", says, until: now }) });

const denied = (reason: Reason): Verdict => ({ verdict: "deny", reasons: [reason], passed: [] });

async function refuse(decision: Recorded<"decided">, view: LedgerView, verdict: Verdict, basis: Basis, on: Acting): Promise<void> {
  const { remedy, plan, undoes } = decision;
  await append(view, [{ type: "decided", at: "write", remedy, plan, ...(undoes ? { undoes } : {}), verdict, basis }], on);
}
