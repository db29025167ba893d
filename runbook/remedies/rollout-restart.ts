import type { RemedyFacts } from "../../kernel/types/index.ts";
import { command } from "../shell.ts";
import { metricWindows, ofOwner } from "./preserve.ts";
import { getAndPatch } from "./verbs.ts";

/** A Deployment makes all its pods again by its own strategy, so that they pass through the webhook. */
export const rolloutRestart: RemedyFacts<"rollout-restart"> = {
  by: "RolloutWorkload",
  title: "Restart a Deployment's rollout",
  ceiling: "auto",
  verbs: getAndPatch("apps", "deployments"),
  preserve: (remedy, given) => ({ must: ofOwner(remedy, given), may: metricWindows(given) }),
  settleSeconds: 20,
  proveWithinSeconds: 900,
  looks: 2,
  undo: "cannot be undone",
  command: ({ target: { namespace, name } }) => command`kubectl rollout restart ${`deployment/${name}`} --namespace ${namespace}`,
};
