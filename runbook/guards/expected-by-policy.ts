import { allow, deny } from "../../kernel/answers.ts";
import type { Expected, Guard, Remedy } from "../../kernel/types/index.ts";
import { namespaceOf } from "./protected-namespaces.ts";

/** A label grants identity: who gets one is a person's decision, written down in the policy, never inferred from an alert. */
export const expectedByPolicy: Guard = {
  id: "expected-by-policy",
  asks: "Does the policy say that this workload is to have an identity?",
  rule({ policy, remedy, incident, undoing }) {
    if (undoing || (remedy.kind !== "label-namespace" && remedy.kind !== "label-pod-template")) return allow;
    const named = policy.expected.some((expected) => covers(expected, incident.cluster, remedy));
    if (named) return allow;
    return deny(
      `the policy's expected workloads do not name ${remedy.target.kind} ${remedy.target.name} in ${namespaceOf(remedy)}, and a label would give it an identity`,
    );
  },
};

/** A namespace is labelled only where the policy names the whole of it; an owner, where it names that owner or the whole namespace. */
function covers(expected: Expected, cluster: string, remedy: Remedy): boolean {
  if (expected.cluster !== undefined && expected.cluster !== cluster) return false;
  if (expected.namespace !== namespaceOf(remedy)) return false;
  const whole = expected.kind === undefined && expected.name === undefined;
  if (remedy.kind === "label-namespace") return whole;
  return (
    whole || ((expected.kind ?? remedy.target.kind) === remedy.target.kind && (expected.name ?? remedy.target.name) === remedy.target.name)
  );
}
