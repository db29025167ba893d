import type { RemedyRule } from "../../kernel/types/index.ts";
import { injected } from "../checks/proof/injected.ts";
import { minted } from "../checks/proof/minted.ts";
import { rolloutComplete } from "../checks/proof/rollout-complete.ts";
import { takenBack } from "./labels.ts";
import { metricWindows, ofOwner } from "./preserve.ts";
import { getAndPatch } from "./verbs.ts";

/** The label that the webhook asks for goes into the pod template, which rolls the owner out. A label grants identity. */
export const labelPodTemplate: RemedyRule<"label-pod-template"> = {
  by: "RolloutWorkload",
  title: "Set the webhook's label in a pod template",
  ceiling: "approve",
  verbs: [...getAndPatch("apps", "deployments"), ...getAndPatch("apps", "statefulsets"), ...getAndPatch("apps", "daemonsets")],
  preserve: (remedy, given) => ({ must: ofOwner(remedy, given), may: metricWindows }),
  settleSeconds: 20,
  proveWithinSeconds: 900,
  looks: 2,
  proof: [rolloutComplete, injected],
  owed: [minted],
  undo: (done) => ({ ...done, ...takenBack(done) }),
  command: ({ target: { kind, namespace, name }, set }) => {
    const patch = { spec: { template: { metadata: { labels: { [set.key]: set.to } } } } };
    return `kubectl patch ${kind.toLowerCase()} ${name} --namespace ${namespace} --type merge --patch '${JSON.stringify(patch)}'`;
  },
};
