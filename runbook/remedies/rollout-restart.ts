import type { RemedyRule } from "../../kernel/types/index.ts";
import { injected } from "../checks/proof/injected.ts";
import { minted } from "../checks/proof/minted.ts";
import { rolloutComplete } from "../checks/proof/rollout-complete.ts";
import { metricWindows, ofOwner } from "./preserve.ts";
import { getAndPatch } from "./verbs.ts";

/** A Deployment makes all its pods again by its own strategy, so that they pass through the webhook. */
export const rolloutRestart: RemedyRule<"rollout-restart"> = {
  by: "RolloutWorkload",
  title: "Restart a Deployment's rollout",
  ceiling: "auto",
  verbs: getAndPatch("apps", "deployments"),
  preserve: (remedy, given) => ({ must: ofOwner(remedy, given), may: metricWindows }),
  settleSeconds: 20,
  proveWithinSeconds: 900,
  looks: 2,
  proof: [rolloutComplete, injected],
  owed: [minted],
  undo: "cannot be undone",
  command: ({ target: { namespace, name } }) => `kubectl rollout restart deployment/${name} --namespace ${namespace}`,
};
