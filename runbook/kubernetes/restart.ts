import type { Remedy, Some } from "../../kernel/types/index.ts";
import { command } from "../shell.ts";
import type { Meta } from "./meta.ts";
import type { Pod } from "./objects-pod.ts";
import type { Owner } from "./owner.ts";

/** One live object as a remedy's target; `generation` where the server counts one. */
export const targetOf = <K extends string>(cluster: string, kind: K, { name, namespace, uid, resourceVersion, generation }: Meta) => ({
  cluster,
  kind,
  namespace,
  name,
  uid,
  resourceVersion,
  ...(generation === undefined ? {} : { generation }),
});

/** How the pod is made anew: by the system where somebody makes another, else by whoever made it. */
export type Restart = { readonly remedies: Some<Remedy> } | { readonly manual: string };

export function restartOf(pod: Pod, owner: Owner, cluster: string, why: string): Restart {
  const controller = owner.is === "controller" ? owner.controller : undefined;
  switch (controller?.kind) {
    case "Deployment":
      return { remedies: [{ kind: "rollout-restart", why, target: targetOf(cluster, "Deployment", controller) }] };
    case "StatefulSet":
    case "DaemonSet":
    case "ReplicaSet": {
      const { kind, name, uid } = controller;
      const ran = pod.node === undefined ? {} : { node: pod.node };
      return { remedies: [{ kind: "evict-pod", why, target: targetOf(cluster, "Pod", pod), owner: { kind, name, uid }, ...ran }] };
    }
    default:
      return { manual: restartByHand(pod, owner) };
  }
}

/** The command or the step with which a person makes the pod anew. */
export function restartByHand(pod: Pod, owner: Owner): string {
  const { namespace } = pod;
  switch (owner.is) {
    case "nobody":
      return command`nobody makes this pod anew: keep its manifest (kubectl get pod ${pod.name} -n ${namespace} -o yaml), delete it and create it again`;
    case "foreign":
      return `restart it through ${owner.kind} ${owner.name} in ${namespace}`;
    case "gone":
      return `find out what makes ${namespace}/${pod.name} anew, and restart it there`;
    case "controller":
      break;
  }
  const { kind, name } = owner.controller;
  if (kind === "Job") return `Job ${name} does not make the pod anew without counting a failure: run it again when that can be`;
  if (kind === "ReplicaSet") return command`kubectl delete pod ${pod.name} -n ${namespace}`;
  return command`kubectl rollout restart ${`${kind.toLowerCase()}/${name}`} -n ${namespace}`;
}
