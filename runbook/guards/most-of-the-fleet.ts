import { allow, deny, denyForFleet } from "../../kernel/answers.ts";
import type { Guard } from "../../kernel/types/index.ts";
import { fleetCount } from "../queries/fleet-count.ts";

/**
 * When most of the fleet shows it, the fault is in none of its members, and restarting them makes it worse. One incident then stands for all. A
 * member is a workload, however many pods it has: one alone is never the fleet, and its share counts by workloads and by pods.
 */
export const mostOfTheFleet: Guard = {
  id: "most-of-the-fleet",
  asks: "Does so much of the fleet show this that it is not this workload's fault?",
  rule({ policy, undoing }, read) {
    // Most of the fleet may show it because of what is to be taken back.
    if (undoing) return allow;
    const { expected, symptomatic, undecided, owners } = read(fleetCount);
    const { fleetShare, fleetFloor } = policy.limits;
    if (expected === 0) return deny("no pod is expected to have an identity here, so a share cannot be told");
    // Who cannot be computed counts as concerned: a share that is too small would let writes through.
    const pods = { concerned: symptomatic + undecided, all: expected + undecided };
    const wide = owners.concerned >= fleetFloor && [pods, owners].some(({ concerned, all }) => concerned / all >= fleetShare);
    return wide
      ? denyForFleet(
          `${pods.concerned} of ${pods.all} pods that should have an identity, of ${owners.concerned} of ${owners.all} workloads, have none: look at the webhook and the servers first`,
        )
      : allow;
  },
};
