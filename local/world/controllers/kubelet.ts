import type { Cluster } from "../cluster.ts";
import { timestamp } from "../kubernetes/json.ts";
import type { Condition, ContainerStatus, Pod, PodStatus } from "../kubernetes/objects.ts";
import { isLeaving, withCondition } from "./common.ts";
import { emit } from "./events.ts";
import { fargateScheduler } from "./fargate.ts";
import { csiDriver } from "./spirl.ts";

const kubelet = { manager: "kubelet", subresource: "status" };

/** Starts, and ends, the pods of every node when they are due. */
export function runPods(cluster: Cluster): void {
  for (const pod of cluster.store.list("Pod")) {
    if (pod.spec.nodeName === undefined) continue;
    if (isLeaving(pod)) end(cluster, pod);
    else if (pod.status.phase === "Pending") start(cluster, pod);
  }
}

function start(cluster: Cluster, pod: Pod): void {
  const { uid } = pod.metadata;
  const due = cluster.due.get(uid);
  if (due === undefined) {
    cluster.due.set(uid, cluster.now() + cluster.readyDelayMs);
    report(cluster, pod, { ...waitingStatus(pod), startTime: timestamp(cluster.now()) });
    return;
  }
  if (due > cluster.now()) return;
  const trouble = whyNotMounted(cluster, pod);
  if (trouble !== undefined) {
    emit(cluster, pod, { type: "Warning", reason: "FailedMount", message: trouble, from: "kubelet" });
    return;
  }
  cluster.due.delete(uid);
  const ready = !cluster.neverReady.has(pod.metadata.namespace ?? "");
  const running = report(cluster, pod, runningStatus(cluster, pod, ready));
  emit(cluster, running, { type: "Normal", reason: "Started", message: "Container started", from: "kubelet" });
}

function end(cluster: Cluster, pod: Pod): void {
  const key = `${pod.metadata.uid}/leaving`;
  const due = cluster.due.get(key) ?? cluster.now() + cluster.readyDelayMs / 2;
  cluster.due.set(key, due);
  if (due > cluster.now()) return;
  for (const each of [key, pod.metadata.uid]) cluster.due.delete(each);
  cluster.store.remove(pod);
  const node = pod.spec.schedulerName === fargateScheduler && cluster.store.get("Node", pod.spec.nodeName ?? "");
  if (node) cluster.store.remove(node);
}

/** An inline CSI volume needs its driver on exactly this node, and must be read-only. */
function whyNotMounted({ store }: Cluster, { spec }: Pod): string | undefined {
  const volume = spec.volumes?.find(({ csi }) => csi);
  if (!volume?.csi) return undefined;
  const { driver, readOnly } = volume.csi;
  const failed = `MountVolume.SetUp failed for volume "${volume.name}" : `;
  const there = store.get("CSINode", spec.nodeName ?? "")?.spec.drivers.some(({ name }) => name === driver);
  if (!there)
    return `${failed}kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${driver} not found in the list of registered CSI drivers`;
  if (driver !== csiDriver || readOnly) return undefined;
  return `${failed}rpc error: code = InvalidArgument desc = pod.spec.volumes[].csi.readOnly must be set to 'true'`;
}

const report = ({ store }: Cluster, pod: Pod, status: PodStatus): Pod =>
  store.replace(pod, { status: { ...pod.status, ...status } }, kubelet);

function waitingStatus(pod: Pod): PodStatus {
  return {
    phase: "Pending",
    containerStatuses: statuses(pod, false, () => ({ state: { waiting: { reason: "ContainerCreating" } }, started: false })),
  };
}

function runningStatus({ now }: Cluster, pod: Pod, ready: boolean): PodStatus {
  const at = timestamp(now());
  const hex = pod.metadata.uid;
  const status = ready ? "True" : "False";
  const names = pod.spec.containers.map(({ name }) => name).join(" ");
  const why = ready ? {} : { reason: "ContainersNotReady", message: `containers with unready status: [${names}]` };
  const set: Condition[] = [
    { type: "Initialized", status: "True", lastTransitionTime: at },
    { type: "ContainersReady", status, ...why, lastTransitionTime: at },
    { type: "Ready", status, ...why, lastTransitionTime: at },
  ];
  return {
    phase: "Running",
    podIP: `10.${64 + (Number.parseInt(hex.slice(0, 2), 16) % 64)}.${Number.parseInt(hex.slice(2, 4), 16)}.${Number.parseInt(hex.slice(4, 6), 16)}`,
    conditions: set.reduce((all, each) => withCondition(all, each), [...(pod.status.conditions ?? [])]),
    containerStatuses: statuses(pod, ready, (name) => ({
      state: { running: { startedAt: at } },
      started: true,
      containerID: `containerd://${hex.replaceAll("-", "")}${Buffer.from(name).toString("hex")}`,
    })),
  };
}

const statuses = (
  { spec }: Pod,
  ready: boolean,
  rest: (name: string) => Pick<ContainerStatus, "state" | "started"> & { containerID?: string },
): ContainerStatus[] => spec.containers.map(({ name, image }) => ({ name, image, ready, restartCount: 0, lastState: {}, ...rest(name) }));
