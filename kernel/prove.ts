import { assessAll } from "./assess.ts";
import type { Pass } from "./collect.ts";
import { ruleOf } from "./plan.ts";
import type { Attempt } from "./progress.ts";
import { after, latest } from "./time.ts";
import type { Evidence, Finding, Given, Instant, KnownRemedies, Look, Policy, Remedies, Some, Successor } from "./types/index.ts";
import { some } from "./types/index.ts";

/** One look at what stands in the target's place, by evidence that begins at the write. */
export function look(
  attempt: Attempt,
  remedies: Remedies,
  given: Given,
  evidence: Evidence,
): Pass<{ findings: Some<Finding>; look: Look }> {
  const rule = ruleOf(remedies, attempt.intent.remedy.kind);
  const subject: Successor = { on: "successor", remedy: attempt.intent.remedy, since: attempt.intent.written };
  const proof = assessAll(rule.proof, subject, given, evidence);
  const owed = assessAll(rule.owed, subject, given, evidence);
  const findings = some([...proof.value, ...owed.value]);
  if (!findings) throw new TypeError(`${attempt.intent.remedy.kind} has no proof`);
  return { value: { findings, look: grade(proof.value, owed.value) }, wants: [...proof.wants, ...owed.wants] };
}

/** A proof needs every answer to be healthy; what is not healthy is bad only where it was seen to be. */
export function grade(proof: readonly Finding[], owed: readonly Finding[]): Look {
  if (proof.some((finding) => finding.is === "faulty")) return "bad";
  if (proof.length === 0 || proof.some((finding) => finding.is !== "healthy")) return "inconclusive";
  return owed.every((finding) => finding.is === "healthy" || finding.is === "not-applicable") ? "good" : "owed";
}

export type Proof =
  | { readonly is: "proved" | "unproved" | "failed"; readonly says: string }
  | { readonly is: "open"; readonly lookAt: Instant };

/**
 * What the looks so far come to. Proved: the last `looks` in a row were good. Past the window only what was seen to be bad is a failure; what was
 * owed, or could not be told, leaves the repair unproved, and a good last look is followed up to its proof or its end.
 */
export function proofOf(attempt: Attempt, remedies: KnownRemedies, policy: Policy): Proof {
  const { intent, outcome, looks } = attempt;
  if (!outcome) throw new TypeError("there is no outcome to prove");
  const rule = ruleOf(remedies, intent.remedy.kind);
  const run = trailing(
    looks.map((record) => record.look),
    "good",
  );
  if (run >= rule.looks) return { is: "proved", says: `${run} good look${run === 1 ? "" : "s"} in a row` };
  const last = looks.at(-1);
  const end = after(outcome.written, rule.proveWithinSeconds * policy.timing.settleFactor);
  if (last && last.written >= end && last.look !== "good") {
    const says = last.findings.filter((finding) => finding.is !== "healthy").map((finding) => finding.says);
    return { is: last.look === "bad" ? "failed" : "unproved", says: [...new Set(says)].join("; ") };
  }
  return { is: "open", lookAt: last ? latest(outcome.lookAt, after(last.written, policy.timing.lookAgainSeconds)) : outcome.lookAt };
}

function trailing(looks: readonly Look[], of: Look): number {
  const other = looks.findLastIndex((one) => one !== of);
  return looks.length - 1 - other;
}
