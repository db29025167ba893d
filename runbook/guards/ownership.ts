import { allow, deny, wait } from "../../kernel/answers.ts";
import type { Guard } from "../../kernel/types/index.ts";
import { ownershipOf } from "../kubernetes/ownership.ts";
import { targetOf } from "../targets.ts";

/** What is kept as it is written down elsewhere is changed there: a patch by hand is reverted, or drifts until the next release. */
export const ownership: Guard = {
  id: "ownership",
  asks: "Would GitOps or Helm take the change back?",
  rule({ remedy, undoing, now }, read) {
    // An eviction changes nothing that is written down, and what is taken back never was.
    if (undoing || remedy.kind === "evict-pod") return allow;
    const live = read(targetOf(remedy));
    if (!live) return wait(now, `${remedy.target.kind} ${remedy.target.name} is gone`);
    const owner = ownershipOf(live);
    if (!owner || (remedy.kind === "rollout-restart" && owner.by === "Helm")) return allow;
    return deny(`${remedy.target.kind} ${remedy.target.name} belongs to ${owner.by} (${owner.sign}): make the change there`);
  },
};
