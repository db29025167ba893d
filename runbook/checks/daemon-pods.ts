import type { Read } from "../../kernel/types/index.ts";
import { isControlledBy } from "../kubernetes/meta.ts";
import type { Controller } from "../kubernetes/objects-controller.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { matches } from "../kubernetes/selectors.ts";
import * as cluster from "../queries/kubernetes.ts";

export interface DaemonPods {
  readonly daemonSet: Controller | undefined;
  /** Its live pods on exactly this node, the Ready ones first. */
  readonly pods: readonly Pod[];
}

/** By the DaemonSet's own selector and uid, not by a label that the chart may have changed. */
export function daemonPodsOn(node: string, namespace: string, name: string, read: Read): DaemonPods {
  const [daemonSet, pods] = read.all(cluster.controller("DaemonSet", namespace, name), cluster.podsOnIn(node, namespace));
  if (!daemonSet) return { daemonSet, pods: [] };
  const own = pods.filter(
    (pod) => pod.node === node && isLive(pod) && matches(daemonSet.selector, pod.labels) && isControlledBy(pod, daemonSet),
  );
  return { daemonSet, pods: own.sort((a, b) => Number(b.ready) - Number(a.ready)) };
}
