import { allow, deny } from "../../kernel/answers.ts";
import type { Guard, Read, Remedy } from "../../kernel/types/index.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { allPods, podsIn } from "../queries/kubernetes.ts";
import { podsOf } from "./pods-of.ts";

/**
 * How many pods one write may reach: a number, and a share of the cluster's (apart from few, which are always a large share of something small). Not of
 * the namespace's: an app alone in its namespace is all of it. How many of a workload's pods may be missing at once is for `replicas-and-budgets`.
 */
export const blastRadius: Guard = {
  id: "blast-radius",
  asks: "How many pods would this one write reach?",
  rule({ remedy, undoing, policy: { limits } }, read) {
    // What is taken back was reached already, and there are more pods of it by now, where its rollout is stuck.
    if (undoing || remedy.kind === "evict-pod") return allow;
    const pods = reached(remedy, read).length;
    if (pods > limits.blastPods)
      return deny(`it would reach ${pods} pods; the policy allows ${limits.blastPods} at once (limits.blastPods)`);
    if (pods <= limits.fleetFloor) return allow;
    const all = read(allPods()).filter(isLive).length;
    if (pods > all) return deny(`it would reach ${pods} pods where the cluster lists ${all}, so a share cannot be told`);
    if (pods / all <= limits.blastShare) return allow;
    return deny(
      `it would reach ${pods} of ${all} pods of the cluster; the policy allows ${percent(limits.blastShare)} %; limits.blastShare: ${enough(pods, all)} would allow it`,
    );
  },
};

const reached = (remedy: Exclude<Remedy, { kind: "evict-pod" }>, read: Read): readonly Pod[] =>
  remedy.kind === "label-namespace" ? read(podsIn(remedy.target.name)).filter(isLive) : podsOf(remedy, read);

const percent = (share: number): number => Math.round(share * 1000) / 10;
/** The least share of two decimals that holds so many. */
const enough = (pods: number, all: number): number => Math.ceil((pods * 100) / all) / 100;
