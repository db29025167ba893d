import type { Cluster } from "../cluster.ts";
import { timestamp } from "../kubernetes/json.ts";
import { selects } from "../kubernetes/label-selector.ts";
import type { Pod, PodDisruptionBudget } from "../kubernetes/objects.ts";
import { amount, controllerOf, controllerStatus, isLeaving, isReady, withCondition } from "./common.ts";

/** `status` of every PodDisruptionBudget, as the disruption controller counts it. */
export function syncBudgets(cluster: Cluster): void {
  for (const budget of cluster.store.list("PodDisruptionBudget")) {
    const pods = cluster.store.list("Pod", budget.metadata.namespace).filter((pod) => covers(budget, pod));
    const disrupted = awaited(budget, pods);
    const { expected, desired } = demands(cluster, budget, pods);
    const healthy = pods.filter((pod) => isReady(pod) && !isLeaving(pod) && disrupted[pod.metadata.name] === undefined).length;
    const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
    const { generation } = budget.metadata;
    const status = {
      ...(generation !== undefined && { observedGeneration: generation }),
      ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      conditions: withCondition(budget.status.conditions, disruptionAllowed(budget, allowed > 0, timestamp(cluster.now()))),
    };
    cluster.store.replace(budget, { status }, controllerStatus);
  }
}

export const covers = ({ spec, metadata }: PodDisruptionBudget, pod: Pod): boolean =>
  pod.metadata.namespace === metadata.namespace && spec.selector !== undefined && selects(spec.selector, pod.metadata.labels);

export const disruptionAllowed = ({ metadata }: PodDisruptionBudget, is: boolean, at: string) => ({
  type: "DisruptionAllowed",
  status: is ? ("True" as const) : ("False" as const),
  reason: is ? "SufficientPods" : "InsufficientPods",
  message: "",
  ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
  lastTransitionTime: at,
});

/** Pods whose eviction was granted and that are not yet going. */
function awaited({ status }: PodDisruptionBudget, pods: readonly Pod[]): Record<string, string> {
  const still = (name: string) => pods.some((pod) => pod.metadata.name === name && !isLeaving(pod));
  return Object.fromEntries(Object.entries(status.disruptedPods ?? {}).filter(([name]) => still(name)));
}

/** How many pods there should be, and how many of them must stay healthy. */
function demands(cluster: Cluster, { spec: { minAvailable, maxUnavailable } }: PodDisruptionBudget, pods: readonly Pod[]) {
  const scale = () => expectedOf(cluster, pods);
  if (maxUnavailable !== undefined) {
    const expected = scale();
    return { expected, desired: Math.max(0, expected - amount(maxUnavailable, expected, Math.ceil)) };
  }
  if (typeof minAvailable === "string") {
    const expected = scale();
    return { expected, desired: amount(minAvailable, expected, Math.ceil) };
  }
  return { expected: pods.length, desired: minAvailable ?? 1 };
}

/** The sum of the replicas that the pods' controllers want. */
function expectedOf({ store }: Cluster, pods: readonly Pod[]): number {
  const controllers = new Map(pods.map((pod) => [controllerOf(pod)?.uid, pod]));
  return [...controllers.values()].reduce((sum, pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === "StatefulSet") return sum + (store.get("StatefulSet", owner.name, pod.metadata.namespace)?.spec.replicas ?? 0);
    if (owner?.kind !== "ReplicaSet") return sum + 1;
    const set = store.get("ReplicaSet", owner.name, pod.metadata.namespace);
    return sum + (set?.spec.replicas ?? 0);
  }, 0);
}
