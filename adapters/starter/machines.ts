import type { Policy } from "../../kernel/types/index.ts";
import { inNetwork, placeOf } from "../policy/places.ts";

/**
 * Which machine takes the incidents of a cluster: that of its network. `arn` is that of the one outside of all networks (`arn:...:stateMachine:name`,
 * with an alias or without), which also takes those of clusters that the policy does not name: they end in a ticket that says so.
 */
export const machinesBy =
  (arn: string, policy: Pick<Policy, "clusters">) =>
  (cluster: string): string =>
    arn
      .split(":")
      .map((part, at) => (at === 6 ? inNetwork(part, placeOf(policy, cluster)?.network) : part))
      .join(":");
