import type { RemedyFacts } from "../../kernel/types/index.ts";
import { namespace, podsIn } from "../queries/kubernetes.ts";
import { command } from "../shell.ts";
import { takenBack } from "./labels.ts";
import { metricWindows } from "./preserve.ts";
import { getAndPatch } from "./verbs.ts";

/** The label that the webhook asks for goes onto the namespace. Running pods stay as they are: their restarts are remedies of their own. */
export const labelNamespace: RemedyFacts<"label-namespace"> = {
  by: "LabelNamespace",
  title: "Set the webhook's label on a namespace",
  ceiling: "approve",
  verbs: getAndPatch("", "namespaces"),
  // No pod is touched, so none has anything to lose.
  preserve: ({ target }, given) => ({ must: [namespace(target.name)], may: [podsIn(target.name), ...metricWindows(given)] }),
  settleSeconds: 2,
  proveWithinSeconds: 60,
  looks: 1,
  undo: (done) => ({ ...done, ...takenBack(done) }),
  command: ({ target, set: { key, from, to } }) => {
    const change = to === null ? `${key}-` : `${key}=${to}`;
    return command`kubectl label namespace ${target.name} ${change}` + (to === null || from === null ? "" : " --overwrite");
  },
};
