import type { Cluster } from "../cluster.ts";
import type { DaemonSet, Pod } from "../kubernetes/objects.ts";
import { amount, controllerManager, controllerStatus, counts, isActive, isLeaving, isReady, ownedBy, templateHash } from "./common.ts";
import { createPodOf, deletePod } from "./pods.ts";
import { fits } from "./scheduler.ts";

const revisionLabel = "controller-revision-hash";

/** The node that the pod is for, also before the scheduler has bound it. */
const nodeOf = ({ spec }: Pod): string | undefined =>
  spec.nodeName ??
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];

/** One pod on each node that it fits; an update deletes as many old ones as may be missing at a time. */
export function syncDaemonSets(cluster: Cluster): void {
  for (const set of cluster.store.list("DaemonSet")) {
    const revision = templateHash(set.spec.template);
    const nodes = cluster.store.list("Node").filter((node) => fits(set.spec.template.spec, node));
    const names = new Set(nodes.map(({ metadata }) => metadata.name));
    const pods = () => cluster.store.list("Pod", set.metadata.namespace).filter(ownedBy(set));
    for (const name of names) {
      if (pods().some((pod) => nodeOf(pod) === name)) continue;
      createPodOf(cluster, set, set.spec.template, { labels: { [revisionLabel]: revision }, node: name });
    }
    for (const pod of pods().filter((each) => !names.has(nodeOf(each) ?? ""))) deletePod(cluster, pod, controllerManager);
    update(cluster, set, pods(), names.size, revision);
    report(cluster, set, pods(), names, revision);
  }
}

function update(cluster: Cluster, { spec }: DaemonSet, pods: readonly Pod[], desired: number, revision: string): void {
  if (spec.updateStrategy.type === "OnDelete") return;
  const missing = desired - pods.filter((pod) => isReady(pod) && !isLeaving(pod)).length;
  const may = amount(spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1, desired, Math.ceil) - missing;
  const outdated = pods.filter((pod) => isActive(pod) && pod.metadata.labels?.[revisionLabel] !== revision);
  for (const pod of outdated.slice(0, Math.max(0, may))) deletePod(cluster, pod, controllerManager);
}

function report({ store }: Cluster, set: DaemonSet, pods: readonly Pod[], nodes: ReadonlySet<string>, revision: string): void {
  const there = pods.filter((pod) => !isLeaving(pod));
  const ready = there.filter(isReady).length;
  const updated = there.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision).length;
  const { generation } = set.metadata;
  const status = {
    currentNumberScheduled: there.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.size,
    numberReady: ready,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...counts({ updatedNumberScheduled: updated, numberAvailable: ready, numberUnavailable: nodes.size - ready }),
  };
  store.replace(set, { status }, controllerStatus);
}
