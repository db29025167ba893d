import type { Cluster } from "../cluster.ts";
import type { Pod, StatefulSet } from "../kubernetes/objects.ts";
import { controllerManager, controllerStatus, counts, isLeaving, isReady, ownedBy, templateHash } from "./common.ts";
import { createPodOf, deletePod } from "./pods.ts";

const revisionLabel = "controller-revision-hash";
const ordinal = ({ metadata }: Pod) => Number(metadata.name.slice(metadata.name.lastIndexOf("-") + 1));

/** One pod after the other, each once its predecessors are Ready; an update goes from the last to the first. */
export function syncStatefulSets(cluster: Cluster): void {
  for (const set of cluster.store.list("StatefulSet")) {
    const revision = `${set.metadata.name}-${templateHash(set.spec.template)}`;
    const pods = () => cluster.store.list("Pod", set.metadata.namespace).filter(ownedBy(set));
    fill(cluster, set, pods(), revision);
    for (const pod of pods().filter((each) => ordinal(each) >= set.spec.replicas)) deletePod(cluster, pod, controllerManager);
    update(cluster, set, pods(), revision);
    report(cluster, set, pods(), revision);
  }
}

function fill(cluster: Cluster, set: StatefulSet, pods: readonly Pod[], revision: string): void {
  for (let index = 0; index < set.spec.replicas; index++) {
    const name = `${set.metadata.name}-${index}`;
    const pod = pods.find(({ metadata }) => metadata.name === name);
    const labels = { [revisionLabel]: revision, "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(index) };
    if (!pod) createPodOf(cluster, set, set.spec.template, { name, labels });
    if (set.spec.podManagementPolicy !== "Parallel" && !(pod && isReady(pod) && !isLeaving(pod))) return;
  }
}

function update(cluster: Cluster, { spec }: StatefulSet, pods: readonly Pod[], revision: string): void {
  if (spec.updateStrategy.type === "OnDelete") return;
  const settled = pods.length === spec.replicas && pods.every((pod) => isReady(pod) && !isLeaving(pod));
  const from = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  const outdated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] !== revision && ordinal(pod) >= from);
  const last = [...outdated].sort((a, b) => ordinal(b) - ordinal(a))[0];
  // A pod of the old revision that is not Ready is in nobody's way: it goes at once.
  if (last && (settled || !isReady(last))) deletePod(cluster, last, controllerManager);
}

function report({ store }: Cluster, set: StatefulSet, pods: readonly Pod[], revision: string): void {
  const there = pods.filter((pod) => !isLeaving(pod));
  const ready = there.filter(isReady).length;
  const updated = there.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision).length;
  const complete = updated === set.spec.replicas && ready === set.spec.replicas;
  const { generation } = set.metadata;
  const currentRevision = complete ? revision : (set.status.currentRevision ?? revision);
  const current = there.filter(({ metadata }) => metadata.labels?.[revisionLabel] === currentRevision).length;
  const status = {
    ...(generation !== undefined && { observedGeneration: generation }),
    replicas: there.length,
    availableReplicas: ready,
    ...counts({ readyReplicas: ready, currentReplicas: current, updatedReplicas: updated }),
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  };
  store.replace(set, { status }, controllerStatus);
}
