import { isFaulty, unknown } from "./answers.ts";
import { assessAll } from "./assess.ts";
import type { Pass } from "./collect.ts";
import { attemptOf } from "./plan.ts";
import { run } from "./suspend.ts";
import type { Check, Diagnosis, Evidence, Finding, Given, Incident, Remedy, Scenario, Some, Subject } from "./types/index.ts";
import { some } from "./types/index.ts";

/**
 * Runs the scenario's chain on each subject of the incident. The subjects themselves are read, too: while they are not known,
 * or cannot be known, the only finding is `unknown`, on no subject but the fleet, and there is nothing to remedy.
 */
export function diagnose<S extends Subject>(
  scenario: Scenario<S>,
  incident: Incident,
  round: number,
  given: Given,
  evidence: Evidence,
): Pass<Diagnosis> {
  const subjects = run((read) => scenario.subjects(incident, read, given), evidence);
  if (subjects.did === "miss") return { value: undetermined(round, "the subjects are not read yet"), wants: subjects.queries };
  if (subjects.did === "fail") return { value: undetermined(round, subjects.reason), wants: [] };
  const { chosen, leftOut } = subjects.value;
  const passes = chosen.map((subject) => assessAll(scenario.chain, subject, given, evidence));
  const diagnosis = conclude(
    scenario.chain,
    passes.map((pass) => pass.value),
    round,
  );
  return {
    value: leftOut === undefined ? diagnosis : { ...diagnosis, findings: [...diagnosis.findings, aboutSubjects(leftOut)] },
    wants: passes.flatMap((pass) => pass.wants),
  };
}

/** Never in the way of a cause, and always of calling the whole healthy. */
const aboutSubjects = (says: string): Finding =>
  ({ ...unknown(says), check: "subjects", subject: { on: "fleet" }, evidence: [] }) as Finding;

const undetermined = (round: number, reason: string): Diagnosis => ({
  round,
  findings: [aboutSubjects(reason)],
  cause: undefined,
  remedies: [],
});

/**
 * The cause is the first faulty link, over all subjects, that has no unknown at it or before it: what stands behind an unknown
 * may be its consequence. Side checks inform and are never the cause. `bySubject[s][c]` is check c's finding about subject s.
 */
export function conclude<S extends Subject>(chain: Some<Check<S>>, bySubject: readonly (readonly Finding[])[], round: number): Diagnosis {
  const findings = some(bySubject.flat());
  if (!findings) return undetermined(round, "there is nothing to look at");
  for (const [index, check] of chain.entries()) {
    if (check.role === "side") continue;
    const here = bySubject.flatMap((row) => row[index] ?? []);
    if (here.some((finding) => finding.is === "unknown")) break;
    const faults = here.filter(isFaulty);
    const [cause] = faults;
    if (cause) return { round, findings, cause, remedies: distinct(faults.flatMap((fault): readonly Remedy[] => fault.remedies ?? [])) };
  }
  return { round, findings, cause: undefined, remedies: [] };
}

/** Three pods of one Deployment propose one restart: in the words of the first, which is the cause's. */
const distinct = (remedies: readonly Remedy[]): readonly Remedy[] =>
  [...Map.groupBy(remedies, attemptOf).values()].flatMap(([first]) => first ?? []);

/** Healthy on evidence: some link healthy, none faulty, none unknown. */
export function isHealthy(chain: readonly Check<never>[], { findings }: Diagnosis): boolean {
  const sides = new Set(chain.filter((check) => check.role === "side").map((check) => check.id));
  return areHealthy(findings.filter((finding) => !sides.has(finding.check)));
}

/** The same from the record, by what the findings say of themselves: who decides has no chain. */
export const isHealthyOnRecord = ({ findings }: Diagnosis): boolean => areHealthy(findings.filter(({ role }) => role !== "side"));

const areHealthy = (links: readonly Finding[]): boolean =>
  links.some(({ is }) => is === "healthy") && links.every(({ is }) => is === "healthy" || is === "not-applicable");
