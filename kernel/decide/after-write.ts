import { settledAfter } from "../permit.ts";
import { planOf, ruleOf } from "../plan.ts";
import type { Attempt, Progress } from "../progress.ts";
import { proofOf } from "../prove.ts";
import type { Conclusion, Instant } from "../types/index.ts";
import { append, at, type Deciding, escalate, faultsBeforeEscalation, go, refusals, type Step } from "./step.ts";

/** A write without an answer: wait until it has happened or never will, then find out by reading. */
export function awaitOutcome({ intent }: Attempt, progress: Progress, { rules, policy, now }: Deciding): Step {
  const says = stuck(intent.written, progress);
  if (says) return append({ type: "outcome", intent: intent.hash, effect: "unknown", says, lookAt: now });
  return at(settledAfter(policy, intent.writeBefore), now, { to: ruleOf(rules.remedies, intent.remedy.kind).by });
}

/** The workflow has failed so often since then that nobody will find out any more. */
const stuck = (since: Instant, { faults }: Progress): string | undefined => {
  const after = faults.filter(({ written }) => written > since);
  return after.length >= faultsBeforeEscalation
    ? `the workflow failed ${after.length} times since, last in ${after.at(-1)?.state}: ${after.at(-1)?.error}`
    : undefined;
};

/** After the write: looks until it is proved, or is not. What changed nothing is void, and leads to a fresh look. */
export function followUp(attempt: Attempt, progress: Progress, { rules, policy, now }: Deciding): Step {
  const { intent, outcome } = attempt;
  if (!outcome) throw new TypeError("a write without an outcome is awaited first");
  const conclude = (proof: Conclusion, says: string): Step => ({
    do: "append",
    entries: [{ type: "concluded", intent: intent.hash, proof, says }],
    concludes: { remedy: intent.remedy, failed: proof === "failed", proved: proof === "proved" && !intent.undoes },
  });
  switch (outcome.effect) {
    case "unknown":
      return conclude("failed", outcome.says);
    case "refused":
    case "not-found":
    case "not-applied":
      return conclude("void", outcome.says);
    case "applied":
    case "already-so": {
      if (intent.undoes) return conclude("proved", `taken back: ${outcome.says}`);
      const says = stuck(outcome.written, progress);
      if (says) return conclude("failed", says);
      const proof = proofOf(attempt, rules.remedies, policy);
      return proof.is === "open" ? at(proof.lookAt, now, { to: "Diagnose" }) : conclude(proof.is, proof.says);
    }
  }
}

/** Unproved or failed: what can be taken back is, by the same hands and under the same guards; then people take over. */
export function afterFailure({ intent, outcome, concluded }: Attempt, { decision, faults }: Progress, { rules }: Deciding): Step {
  const says = concluded?.says ?? "it failed";
  if (intent.undoes)
    return escalate(
      concluded?.proof === "proved"
        ? "the change did not help and was taken back"
        : `the change did not help, and taking it back failed: ${says}`,
    );
  if (concluded?.proof === "unproved") return escalate(`repaired, but not proved: ${says}`, "repaired-unproved");
  const rule = ruleOf(rules.remedies, intent.remedy.kind);
  if (typeof rule.undo !== "function" || outcome?.effect !== "applied") return escalate(`${intent.remedy.kind} did not help: ${says}`);
  if (decision?.undoes !== intent.hash) {
    const back = rule.undo(intent.remedy);
    return append({
      type: "decided",
      at: "plan",
      remedy: back,
      plan: planOf(back),
      undoes: intent.hash,
      verdict: { verdict: "allow", passed: ["planned-with-the-write"] },
    });
  }
  const tries = faults.filter(({ written }) => written > decision.written).length;
  if (tries >= faultsBeforeEscalation)
    return escalate(
      `${intent.remedy.kind} did not help (${says}), and taking it back failed ${tries} times. By hand: ${rule.command(decision.remedy)}`,
    );
  if (decision.verdict.verdict === "allow") return go({ to: rule.by });
  return escalate(
    `${intent.remedy.kind} did not help (${says}), and was not taken back: ${refusals(decision.verdict)}. By hand: ${rule.command(decision.remedy)}`,
  );
}
