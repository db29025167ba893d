import { allow, deny } from "../../kernel/answers.ts";
import type { Guard, Read, Remedy } from "../../kernel/types/index.ts";
import { isLive } from "../kubernetes/objects-pod.ts";
import { allPods, podsIn } from "../queries/kubernetes.ts";
import { podsOf } from "./pods-of.ts";

/** How many pods one write may reach: a number, and a share of the cluster's own (apart from few, which are always a large share of a small cluster). */
export const blastRadius: Guard = {
  id: "blast-radius",
  asks: "How many pods would this one write reach?",
  rule({ remedy, policy: { limits } }, read) {
    if (remedy.kind === "evict-pod") return allow;
    const pods = reached(remedy, read);
    if (pods > limits.blastPods) return deny(`it would reach ${pods} pods; the policy allows ${limits.blastPods} at once`);
    if (pods <= limits.fleetFloor) return allow;
    const all = read(allPods()).filter(isLive).length;
    if (all === 0) return deny("no pod is there, so a share cannot be told");
    const share = pods / all;
    return share > limits.blastShare
      ? deny(`it would reach ${pods} of ${all} pods; the policy allows ${Math.round(limits.blastShare * 100)} %`)
      : allow;
  },
};

const reached = (remedy: Exclude<Remedy, { kind: "evict-pod" }>, read: Read): number =>
  (remedy.kind === "label-namespace" ? read(podsIn(remedy.target.name)).filter(isLive) : podsOf(remedy, read)).length;
