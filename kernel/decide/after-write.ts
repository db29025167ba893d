import { settledAfter, undoBefore } from "../permit.ts";
import { ruleOf } from "../plan.ts";
import type { Attempt, Progress } from "../progress.ts";
import { proofOf } from "../prove.ts";
import { after } from "../time.ts";
import type { Conclusion, Instant, LedgerRecord } from "../types/index.ts";
import { append, at, type Deciding, escalate, faultsBeforeEscalation, go, type Step, said } from "./step.ts";
import { isUndoable, undoCommand, undoOf } from "./undo.ts";

/**
 * A write without an answer: wait until it has happened or never will, then find out by reading, again and again where that cannot be read. The
 * cluster is blocked meanwhile. After as long as anything is waited for, nobody will find out any more.
 */
export function awaitOutcome({ intent }: Attempt, progress: Progress, { rules, policy, now }: Deciding): Step {
  const over = settledAfter(policy, intent.writeBefore);
  const says = stuck(intent, progress);
  if (says && now >= after(over, policy.timing.longestWaitSeconds))
    return append({ type: "outcome", intent: intent.hash, effect: "unknown", says, lookAt: now });
  return at(over, now, { to: ruleOf(rules.remedies, intent.remedy.kind).by });
}

/** The workflow has failed so often since then that nobody will find out any more. */
const stuck = (since: LedgerRecord, { faults }: Progress): string | undefined => {
  const behind = faults.filter(({ seq }) => seq > since.seq);
  return behind.length >= faultsBeforeEscalation
    ? `the workflow failed ${behind.length} times since, last in ${behind.at(-1)?.state}: ${behind.at(-1)?.error}`
    : undefined;
};

/** After the write: looks until it is proved, or is not. What changed nothing is void, and leads to a fresh look; what nobody saw fails nothing. */
export function followUp(attempt: Attempt, progress: Progress, on: Deciding): Step {
  const { rules, policy, now } = on;
  const { intent, outcome } = attempt;
  if (!outcome) throw new TypeError("a write without an outcome is awaited first");
  const conclude = (proof: Conclusion, says: string): Step => ({
    do: "append",
    entries: [{ type: "concluded", intent: intent.hash, proof, says: said(says) }],
    concludes: {
      remedy: intent.remedy,
      failed: proof === "failed",
      proved: proof === "proved" && !intent.undoes,
      undoDue: intent.undoes ? proof === "void" : proof === "failed" && isUndoable(attempt, on),
    },
  });
  switch (outcome.effect) {
    case "unknown":
      return conclude("unproved", outcome.says);
    case "refused":
    case "not-found":
    case "not-applied":
      return conclude("void", outcome.says);
    case "applied":
    case "already-so": {
      if (intent.undoes) return conclude("proved", `taken back: ${outcome.says}`);
      const says = stuck(outcome, progress);
      if (says) return conclude("unproved", says);
      const proof = proofOf(attempt, rules.remedies, policy);
      return proof.is === "open" ? at(proof.lookAt, now, { to: "Diagnose" }) : conclude(proof.is, proof.says);
    }
  }
}

/** Unproved: people's, and nothing more is done. Failed: what can be taken back is, as soon as it may be; then people take over. */
export function afterFailure(last: Attempt, progress: Progress, on: Deciding): Step {
  const { intent, outcome, concluded } = last;
  const { kind } = intent.remedy;
  const says = concluded?.says ?? "it failed";
  if (concluded?.proof === "unproved") {
    if (outcome?.effect === "unknown") return escalate(`nobody knows whether ${kind} was done: ${says}${byHand(last, on)}`);
    return escalate(`repaired, but not proved: ${says}${byHand(last, on)}`, "repaired-unproved");
  }
  const undo = undoOf(last, progress, on);
  const left = (why: string) => escalate(`${kind} did not help (${says}), and ${why}${byHand(last, on)}`);
  switch (undo.is) {
    case "none":
      return escalate(isUndoable(last, on) ? `the change did not help and was taken back: ${says}` : `${kind} did not help: ${says}`);
    case "due":
      return undo.step;
    case "waits":
      return undo.until <= undoBefore(on.policy, concluded?.written ?? on.now) ? go({ to: "Settle", until: undo.until }) : left(undo.says);
    case "stopped":
      return left(`${undo.says}. Once writing is resumed, that comes first, for as long as this incident is open`);
    case "over":
      return left(undo.says);
  }
}

/** How a person takes back what may still be there. */
function byHand(attempt: Attempt, on: Deciding): string {
  const undoable =
    typeof ruleOf(on.rules.remedies, attempt.intent.remedy.kind).undo === "function" && attempt.outcome?.effect !== "already-so";
  return undoable ? `. To take it back by hand: ${undoCommand(attempt, on)}` : "";
}

/**
 * Once people have it, a change that is to be taken back still is: when what forbade it has passed, before anything else. The step, or when to ask
 * again.
 */
export function overdue(progress: Progress, on: Deciding): { readonly step: Step } | { readonly again: Instant } | undefined {
  const last = lastChange(progress);
  const undo = last && undoOf(last, progress, on);
  switch (undo?.is) {
    case "due":
      return { step: undo.step };
    case "waits":
      return { again: undo.until };
    case "stopped":
      return { again: after(on.now, on.policy.timing.lookAgainSeconds) };
    default:
      return undefined;
  }
}

/** The last write of the incident that may have changed something, and is no taking-back. */
export const lastChange = ({ attempts }: Progress): Attempt | undefined =>
  attempts.findLast(({ intent, concluded }) => !intent.undoes && concluded?.proof !== "void");
