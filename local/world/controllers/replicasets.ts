import type { Cluster } from "../cluster.ts";
import type { Pod, ReplicaSet } from "../kubernetes/objects.ts";
import { controllerManager, controllerStatus, counts, isActive, isLeaving, isReady, ownedBy } from "./common.ts";
import { createPodOf, deletePod } from "./pods.ts";

/** Creates what is missing, deletes what is too much (not Ready first, then the youngest). */
export function syncReplicaSets(cluster: Cluster): void {
  for (const set of cluster.store.list("ReplicaSet")) {
    const pods = podsOf(cluster, set);
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing--) createPodOf(cluster, set, set.spec.template, {});
    const surplus = pods.length - set.spec.replicas;
    if (surplus > 0) for (const pod of [...pods].sort(firstToGo).slice(0, surplus)) deletePod(cluster, pod, controllerManager);
    report(cluster, set);
  }
}

const podsOf = ({ store }: Cluster, set: ReplicaSet): Pod[] =>
  store.list("Pod", set.metadata.namespace).filter((pod) => ownedBy(set)(pod) && isActive(pod));

const firstToGo = (a: Pod, b: Pod): number =>
  Number(isReady(a)) - Number(isReady(b)) || b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp);

function report(cluster: Cluster, set: ReplicaSet): void {
  const pods = podsOf(cluster, set);
  const ready = pods.filter(isReady).length;
  const { generation } = set.metadata;
  const replicas = pods.length;
  const terminatingReplicas = cluster.store.list("Pod", set.metadata.namespace).filter((pod) => ownedBy(set)(pod) && isLeaving(pod)).length;
  const some = counts({ fullyLabeledReplicas: replicas, readyReplicas: ready, availableReplicas: ready });
  const status = { replicas, terminatingReplicas, ...some, ...(generation !== undefined && { observedGeneration: generation }) };
  cluster.store.replace(set, { status }, controllerStatus);
}
