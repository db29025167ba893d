import type { RemedyFacts } from "../../kernel/types/index.ts";
import { controller } from "../queries/kubernetes.ts";
import { takenBack } from "./labels.ts";
import { eventsAbout, logsOfOwner, metricWindows } from "./preserve.ts";
import { getAndPatch } from "./verbs.ts";

/** The label that the webhook asks for goes into the pod template, which rolls the owner out. A label grants identity. */
export const labelPodTemplate: RemedyFacts<"label-pod-template"> = {
  by: "RolloutWorkload",
  title: "Set the webhook's label in a pod template",
  ceiling: "approve",
  verbs: [...getAndPatch("apps", "deployments"), ...getAndPatch("apps", "statefulsets"), ...getAndPatch("apps", "daemonsets")],
  preserve: (remedy, given) => [
    controller(remedy.target.kind, remedy.target.namespace, remedy.target.name),
    eventsAbout(remedy.target.namespace, remedy.target.uid),
    ...logsOfOwner(remedy, given),
    ...metricWindows,
  ],
  settleSeconds: 20,
  proveWithinSeconds: 900,
  looks: 2,
  undo: (done) => ({ ...done, ...takenBack(done) }),
  command: ({ target: { kind, namespace, name }, set }) => {
    const patch = { spec: { template: { metadata: { labels: { [set.key]: set.to } } } } };
    return `kubectl patch ${kind.toLowerCase()} ${name} --namespace ${namespace} --type merge --patch '${JSON.stringify(patch)}'`;
  },
};
