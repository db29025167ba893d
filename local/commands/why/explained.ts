import { reasonIn } from "../../../adapters/world/reading.ts";
import { isFaulty } from "../../../kernel/answers.ts";
import { isHealthy } from "../../../kernel/diagnose.ts";
import { ruleOf } from "../../../kernel/plan.ts";
import type { Check, Diagnosis, Evidence, Finding, Found } from "../../../kernel/types/index.ts";
import { rules } from "../../../runbook/rules.ts";

/** What was found out about one workload. */
export interface Explained {
  /** `Deployment payments/checkout`. */
  readonly of: string;
  readonly cluster: string;
  readonly verdict: "healthy" | "fault" | "unknown";
  /** The verdict as a sentence. */
  readonly says: string;
  /** What mends the cause: commands and steps. */
  readonly mend: readonly string[];
  /** What else one should know. */
  readonly notes: readonly string[];
  readonly chain: readonly Check<never>[];
  readonly diagnosis: Diagnosis;
  readonly evidence: Evidence;
}

export const verdictOn = (diagnosis: Diagnosis, chain: readonly Check<never>[]): Explained["verdict"] =>
  diagnosis.cause ? "fault" : isHealthy(chain, diagnosis) ? "healthy" : "unknown";

/** What a person would do about a fault: the remedy's own command, or the step that the check names. */
export function mending(fault: Found<"faulty">): readonly string[] {
  const commands = (fault.remedies ?? []).map((remedy) => ruleOf(rules.remedies, remedy.kind).command(remedy));
  const steps = fault.manual === undefined ? [] : [fault.manual];
  const next = fault.see === undefined ? [] : [`go on with the runbook's section "${fault.see}"`];
  return [...commands, ...steps, ...next];
}

/** Of all faults of the cause's link, for each pod of a StatefulSet is evicted by itself. */
export function mendingAll({ findings, cause }: Diagnosis): readonly string[] {
  const faults = findings.filter(isFaulty).filter(({ check }) => check === cause?.check);
  return [...new Set(faults.flatMap(mending))];
}

/** Why links cannot be told, each reason once, whatever was asked: one server that does not answer stands behind many of them. */
export const unknowns = (findings: readonly Finding[]): string =>
  [...new Set(findings.filter(({ is }) => is === "unknown").map(({ says }) => reasonIn(says)))].join("; ") ||
  "no link of the chain applies";
