import { allow, deny, denyForFleet } from "../../kernel/answers.ts";
import type { Guard } from "../../kernel/types/index.ts";
import { fleetCount } from "../queries/fleet-count.ts";

/** When most of the fleet shows it, the fault is in none of its members, and restarting them makes it worse. One incident then stands for all. */
export const mostOfTheFleet: Guard = {
  id: "most-of-the-fleet",
  asks: "Does so much of the fleet show this that it is not this workload's fault?",
  rule({ policy }, read) {
    const { expected, symptomatic, undecided } = read(fleetCount);
    const { fleetShare, fleetFloor } = policy.limits;
    if (expected === 0) return deny("no pod is expected to have an identity here, so a share cannot be told");
    // Who cannot be computed counts as concerned: a share that is too small would let writes through.
    const concerned = symptomatic + undecided;
    const wide = concerned >= fleetFloor && concerned / (expected + undecided) >= fleetShare;
    return wide
      ? denyForFleet(
          `${concerned} of ${expected + undecided} pods that should have an identity have none: look at the webhook and the servers first`,
        )
      : allow;
  },
};
