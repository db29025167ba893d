import { allow, deny } from "../../kernel/answers.ts";
import type { Guard, Read, Remedy, Ruling } from "../../kernel/types/index.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { allPods, podsIn } from "../queries/kubernetes.ts";
import { podsOf } from "./pods-of.ts";
import { namespaceOf } from "./protected-namespaces.ts";

/**
 * How many pods one write may reach: a number, and a share of its namespace's and of the cluster's own (apart from few, which are always a large
 * share of something small). A namespace's label reaches all of its namespace, so only the cluster's share says anything about it.
 */
export const blastRadius: Guard = {
  id: "blast-radius",
  asks: "How many pods would this one write reach?",
  rule({ remedy, undoing, policy: { limits } }, read) {
    // What is taken back was reached already, and there are more pods of it by now, where its rollout is stuck.
    if (undoing || remedy.kind === "evict-pod") return allow;
    const pods = reached(remedy, read).length;
    if (pods > limits.blastPods) return deny(`it would reach ${pods} pods; the policy allows ${limits.blastPods} at once`);
    if (pods <= limits.fleetFloor) return allow;
    const all = read(allPods()).filter(isLive);
    if (all.length === 0) return deny("no pod is there, so a share cannot be told");
    const namespace = namespaceOf(remedy);
    const beside = remedy.kind === "label-namespace" ? undefined : all.filter((pod) => pod.namespace === namespace);
    const tooMuch = (of: readonly Pod[], where: string): Ruling | undefined =>
      pods / of.length > limits.blastShare
        ? deny(`it would reach ${pods} of ${of.length} pods ${where}; the policy allows ${Math.round(limits.blastShare * 100)} %`)
        : undefined;
    return tooMuch(all, "of the cluster") ?? (beside && tooMuch(beside, `of namespace ${namespace}`)) ?? allow;
  },
};

const reached = (remedy: Exclude<Remedy, { kind: "evict-pod" }>, read: Read): readonly Pod[] =>
  remedy.kind === "label-namespace" ? read(podsIn(remedy.target.name)).filter(isLive) : podsOf(remedy, read);
