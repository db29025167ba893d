import type { Read, Remedy } from "../../kernel/types/index.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { matches } from "../kubernetes/selectors.ts";
import { controller, podsIn } from "../queries/kubernetes.ts";

/** The owner that a remedy reaches: the target, or the owner of the pod that is the target. */
export const ownerOf = (remedy: Exclude<Remedy, { kind: "label-namespace" }>) =>
  remedy.kind === "evict-pod" ? { ...remedy.owner, namespace: remedy.target.namespace } : remedy.target;

/**
 * The live pods of the owner that a remedy reaches. Of a Deployment, which owns its pods through ReplicaSets, they are what its selector
 * chooses: too many rather than too few, for this is asked in order to refuse.
 */
export function podsOf(remedy: Exclude<Remedy, { kind: "label-namespace" }>, read: Read): readonly Pod[] {
  const { kind, namespace, name, uid } = ownerOf(remedy);
  const pods = read(podsIn(namespace)).filter(isLive);
  if (kind !== "Deployment") return pods.filter((pod) => pod.uid === uid || pod.ownerReferences.some((owner) => owner.uid === uid));
  const selector = read(controller(kind, namespace, name))?.selector;
  return selector ? pods.filter((pod) => matches(selector, pod.labels)) : [];
}
