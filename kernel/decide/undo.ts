import { planOf, ruleOf } from "../plan.ts";
import type { Attempt, Progress, Recorded } from "../progress.ts";
import { isStopped, stopSwitches } from "../stops.ts";
import { after } from "../time.ts";
import type { Instant, Reason } from "../types/index.ts";
import { append, basisOf, type Deciding, faultsBeforeEscalation, go, refusals, type Step } from "./step.ts";

/** How often a taking-back that came to nothing (target gone, precondition lost) is tried. */
const tries = 2;

/** Where the taking-back of a change stands. */
export type Undo =
  /** There is none to take: it cannot be undone, was not ours, or has been taken back. */
  | { readonly is: "none" }
  | { readonly is: "due"; readonly step: Step }
  /** What forbids it passes by itself then. */
  | { readonly is: "waits"; readonly until: Instant; readonly says: string }
  /** Somebody has stopped writing: it comes first once that is lifted. */
  | { readonly is: "stopped"; readonly says: string }
  /** It will not be done by us, or nobody knows whether it was. */
  | { readonly is: "over"; readonly says: string };

/** Whether a change that was seen not to help is to be taken back: only what we did, and can undo. */
export const isUndoable = ({ intent, outcome }: Attempt, { rules }: Pick<Deciding, "rules">): boolean =>
  !intent.undoes && outcome?.effect === "applied" && typeof ruleOf(rules.remedies, intent.remedy.kind).undo === "function";

/** By the same hands and under the same guards as any write, without an approval of its own, and the first thing that the cluster sees. */
export function undoOf(failed: Attempt, at: Progress, on: Deciding): Undo {
  if (failed.concluded?.proof !== "failed" || !isUndoable(failed, on)) return { is: "none" };
  const before = at.attempts.filter(({ intent }) => intent.undoes === failed.intent.hash);
  const last = before.at(-1)?.concluded;
  if (last?.proof === "proved") return { is: "none" };
  if (last && last.proof !== "void") return { is: "over", says: `nobody knows whether it was taken back: ${last.says}` };
  if (last && before.length >= tries) return { is: "over", says: notTaken(last.says) };
  const decision = at.decision?.undoes === failed.intent.hash ? at.decision : undefined;
  return decision ? onDecision(decision, failed, at, on) : { is: "due", step: plan(failed, on) };
}

function onDecision(decision: Recorded<"decided">, failed: Attempt, { faults }: Progress, on: Deciding): Undo {
  const failures = faults.filter(({ seq }) => seq > decision.seq);
  if (failures.length >= faultsBeforeEscalation)
    return { is: "over", says: notTaken(`the workflow failed ${failures.length} times over it, last in ${failures.at(-1)?.state}`) };
  if (decision.verdict.verdict === "allow") return { is: "due", step: go({ to: ruleOf(on.rules.remedies, decision.remedy.kind).by }) };
  const says = notTaken(refusals(decision.verdict));
  const reasons = decision.verdict.reasons;
  if (isStopped(on.view.stops) && reasons.some(({ guard }) => guard === stopSwitches)) return { is: "stopped", says };
  const passes = reasons.map((reason) => passing(reason, decision.written, on));
  const until = passes.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b));
  if (until === undefined) return { is: "over", says };
  return on.now < until ? { is: "waits", until, says } : { is: "due", step: plan(failed, on) };
}

const notTaken = (why: string): string => `it was not taken back: ${why}`;

/** When this reason may be gone; undefined where it will not go by itself. A plan of another time is no wait: there is nothing to plan anew. */
function passing(reason: Reason, decided: Instant, { policy, now }: Deciding): Instant | undefined {
  if (reason.guard === stopSwitches) return now;
  if (reason.rule !== "deny") return undefined;
  if (reason.untold) return after(decided, policy.timing.lookAgainSeconds);
  return reason.until !== undefined && reason.until > decided ? reason.until : undefined;
}

function plan({ intent }: Attempt, on: Deciding): Step {
  const { undo } = ruleOf(on.rules.remedies, intent.remedy.kind);
  if (typeof undo !== "function") throw new TypeError(`${intent.remedy.kind} cannot be undone`);
  const back = undo(intent.remedy);
  return append({
    type: "decided",
    at: "plan",
    remedy: back,
    plan: planOf(back),
    undoes: intent.hash,
    verdict: { verdict: "allow", passed: ["planned-with-the-write"] },
    basis: basisOf(on),
  });
}

/** With which command a person takes it back. */
export function undoCommand({ intent }: Attempt, { rules }: Pick<Deciding, "rules">): string {
  const { undo, command } = ruleOf(rules.remedies, intent.remedy.kind);
  if (typeof undo !== "function") throw new TypeError(`${intent.remedy.kind} cannot be undone`);
  return command(undo(intent.remedy));
}
