import { unknown } from "./answers.ts";
import { brief } from "./brief.ts";
import type { Pass } from "./collect.ts";
import { run } from "./suspend.ts";
import type { Answer, Check, Evidence, Finding, Given, Query, Sha256, Subject } from "./types/index.ts";
import { some } from "./types/index.ts";

/** Runs one check over the evidence. Nothing read, nothing healthy: an answer without evidence is `unknown`. */
export function assess<S extends Subject>(check: Check<S>, subject: S, given: Given, evidence: Evidence): Pass<Finding> {
  const ran = run((read) => check.assess(subject, read, given), evidence);
  switch (ran.did) {
    case "finish":
      return { value: found(check, subject, ran.value, ran.used), wants: [] };
    case "fail":
      return { value: found(check, subject, unknown(ran.reason), ran.used), wants: [] };
    case "miss":
      return { value: found(check, subject, unknown("not read yet"), []), wants: ran.queries };
  }
}

/** Of what a finding says, in characters: checks quote what workloads say of themselves. */
const longestSaying = 1000;

function found<S extends Subject>(check: Check<S>, subject: S, given: Answer, used: readonly Sha256[]): Finding {
  const answer = { ...given, says: brief(given.says, longestSaying) };
  const of = { check: check.id, subject, ...(check.role === "side" ? { role: check.role } : {}) };
  if (answer.is === "unknown" || answer.is === "not-applicable") return { ...answer, ...of, evidence: used };
  const evidence = some(used);
  return evidence
    ? { ...answer, ...of, evidence }
    : ({ ...unknown(`${check.id} answered without having read anything`), ...of, evidence: [] } as Finding);
}

/** Runs all of them on the subject; wants what any of them wants, so that it is fetched together. */
export function assessAll<S extends Subject>(checks: readonly Check<S>[], subject: S, given: Given, evidence: Evidence): Pass<Finding[]> {
  const passes = checks.map((check) => assess(check, subject, given, evidence));
  return { value: passes.map((pass) => pass.value), wants: passes.flatMap((pass): readonly Query<unknown>[] => pass.wants) };
}
