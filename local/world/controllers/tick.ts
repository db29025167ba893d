import type { Cluster } from "../cluster.ts";
import type { Kind } from "../kubernetes/objects.ts";
import { syncBudgets } from "./budgets.ts";
import { syncDaemonSets } from "./daemonsets.ts";
import { syncDeployments } from "./deployments.ts";
import { forgetEvents } from "./events.ts";
import { runPods } from "./kubelet.ts";
import { syncReplicaSets } from "./replicasets.ts";
import { schedulePods } from "./scheduler.ts";
import { syncDrivers, syncEndpoints } from "./services.ts";
import { syncStatefulSets } from "./statefulsets.ts";

interface Controller {
  readonly sync: (cluster: Cluster) => void;
  /** Kinds that it reads: unless one of them was written, it has nothing to do. */
  readonly reads: readonly Kind[];
}
const controllers: readonly Controller[] = [
  { sync: syncDeployments, reads: ["Deployment", "ReplicaSet"] },
  { sync: syncReplicaSets, reads: ["ReplicaSet", "Pod", "MutatingWebhookConfiguration"] },
  { sync: syncStatefulSets, reads: ["StatefulSet", "Pod"] },
  { sync: syncDaemonSets, reads: ["DaemonSet", "Pod", "Node"] },
  { sync: schedulePods, reads: ["Pod", "Node"] },
  { sync: runPods, reads: ["Pod", "CSINode"] },
  { sync: syncEndpoints, reads: ["Service", "EndpointSlice", "Pod"] },
  { sync: syncDrivers, reads: ["CSINode", "Pod"] },
  { sync: syncBudgets, reads: ["PodDisruptionBudget", "Pod", "ReplicaSet", "StatefulSet"] },
  { sync: forgetEvents, reads: [] },
];
/** Far more rounds than any chain of controllers needs; more means that two of them undo each other's work. */
const mostRounds = 100;
/** After this long all controllers look again: events repeat and expire, deadlines pass, refused pods are tried anew. */
const quietMs = 1_000;

/** Lets every controller work until none has anything to do at this moment. */
export function controllerManagerOf(cluster: Cluster): () => void {
  const { store, now } = cluster;
  const seen = new Map<Controller, number>();
  let wake = 0;
  return () => {
    const at = now();
    const timeHasPassed = at >= wake;
    for (let round = 0, ran = true; ran; round++) {
      if (round === mostRounds) throw new Error(`the practice world's controllers do not come to rest at ${new Date(now()).toISOString()}`);
      ran = false;
      for (const controller of controllers) {
        const written = store.lastWrite(controller.reads);
        if (written === seen.get(controller) && !(timeHasPassed && round === 0)) continue;
        seen.set(controller, written);
        controller.sync(cluster);
        ran = true;
      }
    }
    // Counted from before the work: what fell due meanwhile is still ahead, and the next tick takes it.
    wake = Math.min(at + quietMs, nextDue(cluster, at) ?? Number.POSITIVE_INFINITY);
  };
}

/** When the next pod is due after a time, in milliseconds since 1970; undefined when nothing is under way. */
export function nextDue({ due }: Cluster, after: number): number | undefined {
  const coming = [...due.values()].filter((at) => at > after);
  return coming.length > 0 ? Math.min(...coming) : undefined;
}
