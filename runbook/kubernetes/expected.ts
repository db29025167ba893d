import type { Given, OwnerKind } from "../../kernel/types/index.ts";
import { controllerOf, type Labels } from "./meta.ts";
import { type Entry, type Mutation, wouldMutate } from "./mutation.ts";
import { asCreated } from "./newcomer.ts";
import type { Pod } from "./objects-pod.ts";
import { labelValue } from "./selectors.ts";

interface OwnerName {
  readonly kind: OwnerKind;
  readonly name: string;
}

/** Whether a person has written down that this workload, or its whole namespace, must have an identity. */
export const isExpected = ({ policy, cluster }: Pick<Given, "policy" | "cluster">, namespace: string, owner: OwnerName): boolean =>
  policy.expected.some(
    (expected) =>
      (expected.cluster ?? cluster) === cluster &&
      expected.namespace === namespace &&
      (expected.kind ?? owner.kind) === owner.kind &&
      (expected.name ?? owner.name) === owner.name,
  );

/** Should this pod have the volume: because the policy names it, or because the webhook would inject a pod like it? */
export const expectation = (pod: Pod, webhooks: readonly Entry[], namespaceLabels: Labels, given: Given): Mutation["is"] =>
  isExpected(given, pod.namespace, ownerByName(pod)) ? "yes" : wouldMutate(webhooks, asCreated(pod), namespaceLabels).is;

/** By names alone, where many pods are counted and none is written to: a Deployment's ReplicaSet is called after it and the hash of its pods. */
export function ownerByName(pod: Pod): OwnerName {
  const controller = controllerOf(pod);
  const hash = labelValue(pod.labels, "pod-template-hash");
  switch (controller?.kind) {
    case "ReplicaSet":
      return hash && controller.name.endsWith(`-${hash}`)
        ? { kind: "Deployment", name: controller.name.slice(0, -hash.length - 1) }
        : { kind: "ReplicaSet", name: controller.name };
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
      return { kind: controller.kind, name: controller.name };
    default:
      return { kind: "Pod", name: pod.name };
  }
}
