import type { RemedyFacts } from "../../kernel/types/index.ts";
import { controller, pod } from "../queries/kubernetes.ts";
import { command } from "../shell.ts";
import { eventsAbout, logsOfPod, metricWindows } from "./preserve.ts";

/** One pod is asked to go, within its disruption budget, so that its owner makes it again through the webhook. */
export const evictPod: RemedyFacts<"evict-pod"> = {
  by: "EvictWorkload",
  title: "Evict one pod, so that its owner makes it again",
  ceiling: "auto",
  verbs: [
    { group: "", resource: "pods", verb: "get" },
    { group: "", resource: "pods/eviction", verb: "create" },
  ],
  preserve: (remedy, given) => {
    const { target, owner } = remedy;
    return {
      must: [pod(target.namespace, target.name), eventsAbout(target.namespace, target.uid), ...logsOfPod(remedy)],
      may: [...(owner.kind === "Pod" ? [] : [controller(owner.kind, target.namespace, owner.name)]), ...metricWindows(given)],
    };
  },
  settleSeconds: 15,
  proveWithinSeconds: 300,
  looks: 2,
  undo: "cannot be undone",
  command: ({ target: { namespace, name } }) => {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } };
    return command`echo ${JSON.stringify(eviction)} | kubectl create --raw ${`/api/v1/namespaces/${namespace}/pods/${name}/eviction`} -f -`;
  },
};
