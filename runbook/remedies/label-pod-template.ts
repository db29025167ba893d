import type { RemedyFacts } from "../../kernel/types/index.ts";
import { command } from "../shell.ts";
import { takenBack } from "./labels.ts";
import { metricWindows, ofOwner } from "./preserve.ts";
import { getAndPatch } from "./verbs.ts";

/** The label that the webhook asks for goes into the pod template, which rolls the owner out. A label grants identity. */
export const labelPodTemplate: RemedyFacts<"label-pod-template"> = {
  by: "RolloutWorkload",
  title: "Set the webhook's label in a pod template",
  ceiling: "approve",
  verbs: [...getAndPatch("apps", "deployments"), ...getAndPatch("apps", "statefulsets"), ...getAndPatch("apps", "daemonsets")],
  preserve: (remedy, given) => ({ must: ofOwner(remedy, given), may: metricWindows(given) }),
  settleSeconds: 20,
  proveWithinSeconds: 900,
  looks: 2,
  undo: (done) => ({ ...done, ...takenBack(done) }),
  command: ({ target: { kind, namespace, name }, set }) => {
    const patch = { spec: { template: { metadata: { labels: { [set.key]: set.to } } } } };
    return command`kubectl patch ${kind.toLowerCase()} ${name} --namespace ${namespace} --type merge --patch ${JSON.stringify(patch)}`;
  },
};
