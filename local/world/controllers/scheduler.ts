import type { Cluster } from "../cluster.ts";
import { timestamp } from "../kubernetes/json.ts";
import { holds } from "../kubernetes/label-selector.ts";
import type { Node, Pod, PodSpec, Toleration } from "../kubernetes/objects.ts";
import { controllerOf, isLeaving, withCondition } from "./common.ts";
import { emit } from "./events.ts";
import { fargateNode, fargateScheduler } from "./fargate.ts";

const scheduler = { manager: "kube-scheduler" };

/** Gives a node to each pod that has none and fits one. */
export function schedulePods(cluster: Cluster): void {
  for (const pod of cluster.store.list("Pod")) {
    if (pod.spec.nodeName !== undefined || isLeaving(pod)) continue;
    const node = pod.spec.schedulerName === fargateScheduler ? fargateNode(cluster, pod) : pickNode(cluster, pod);
    if (node !== undefined) bind(cluster, pod, node);
    else waitFor(cluster, pod);
  }
}

function bind(cluster: Cluster, pod: Pod, node: string): void {
  const at = timestamp(cluster.now());
  const conditions = withCondition(pod.status.conditions, { type: "PodScheduled", status: "True", lastTransitionTime: at });
  const bound = cluster.store.replace(pod, { spec: { ...pod.spec, nodeName: node }, status: { ...pod.status, conditions } }, scheduler);
  const { namespace, name } = pod.metadata;
  emit(cluster, bound, {
    type: "Normal",
    reason: "Scheduled",
    message: `Successfully assigned ${namespace}/${name} to ${node}`,
    from: "default-scheduler",
  });
}

function waitFor(cluster: Cluster, pod: Pod): void {
  const nodes = cluster.store.list("Node").length;
  const message = `0/${nodes} nodes are available: ${nodes} node(s) didn't match the pod's node affinity, selector or taints.`;
  const condition = { type: "PodScheduled", status: "False" as const, reason: "Unschedulable", message };
  const conditions = withCondition(pod.status.conditions, { ...condition, lastTransitionTime: timestamp(cluster.now()) });
  const waiting = cluster.store.replace(pod, { status: { ...pod.status, conditions } }, { ...scheduler, subresource: "status" });
  if (pod.spec.schedulerName === fargateScheduler) return;
  emit(cluster, waiting, { type: "Warning", reason: "FailedScheduling", message, from: "default-scheduler" });
}

/** Spreads an owner's pods first, then all of them. */
function pickNode({ store }: Cluster, pod: Pod): string | undefined {
  const owner = controllerOf(pod)?.uid;
  const load = ({ metadata: { name } }: Node): number =>
    store
      .list("Pod")
      .filter(({ spec }) => spec.nodeName === name)
      .reduce((sum, each) => sum + (owner !== undefined && controllerOf(each)?.uid === owner ? 1000 : 1), 0);
  const fitting = store.list("Node").filter((node) => fits(pod.spec, node));
  return fitting.map((node) => ({ node, load: load(node) })).sort((a, b) => a.load - b.load)[0]?.node.metadata.name;
}

export function fits(spec: PodSpec, { metadata: { name, labels = {} }, spec: { taints, unschedulable } }: Node): boolean {
  const tolerated = (taints ?? []).every((taint) => {
    return taint.effect !== "NoSchedule" || (spec.tolerations ?? []).some((each) => tolerates(each, taint));
  });
  const selected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const wanted =
    terms?.some(
      ({ matchExpressions = [], matchFields = [] }) =>
        matchExpressions.every((each) => holds(each, labels)) && matchFields.every((each) => holds(each, { "metadata.name": name })),
    ) ?? true;
  return !unschedulable && tolerated && selected && wanted;
}

const tolerates = ({ key, operator, value }: Toleration, taint: { key: string; value?: string }): boolean =>
  (key === undefined && operator === "Exists") || (key === taint.key && (operator === "Exists" || (value ?? "") === (taint.value ?? "")));
