import type { Cluster } from "../cluster.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { Pod } from "../kubernetes/objects.ts";
import { emit } from "./events.ts";
import { hasSpiffeVolume } from "./spirl.ts";

export const fargateScheduler = "fargate-scheduler";
const profileLabel = "eks.amazonaws.com/fargate-profile";
const computeType = "eks.amazonaws.com/compute-type";
export const notOnFargate = { key: computeType, operator: "NotIn", values: ["fargate"] };

/** What EKS's own webhook does to a pod that a Fargate profile selects: the owner's template knows nothing of it. */
export function onFargate({ fargateProfiles }: Cluster, pod: Manifest<"Pod">): Manifest<"Pod"> {
  const { namespace, labels = {} } = pod.metadata;
  const profile = fargateProfiles.find((each) => {
    return each.namespace === namespace && Object.entries(each.labels).every(([key, value]) => labels[key] === value);
  });
  if (!profile) return pod;
  const metadata = { ...pod.metadata, labels: { ...labels, [profileLabel]: profile.name } };
  return { ...pod, metadata, spec: { ...pod.spec, schedulerName: fargateScheduler } };
}

/** A node of its own for the pod, or undefined and an event: inline CSI volumes are refused. */
export function fargateNode(cluster: Cluster, pod: Pod): string | undefined {
  if (hasSpiffeVolume(pod.spec)) {
    const volumes = (pod.spec.volumes ?? []).filter(({ csi }) => csi).map(({ name }) => name);
    const message = `Pod not supported on Fargate: volumes not supported: ${volumes.join(", ")} is of an unsupported volume Type`;
    emit(cluster, pod, { type: "Warning", reason: "FailedScheduling", message, from: fargateScheduler });
    return undefined;
  }
  const ip = `10.0.${Number.parseInt(pod.metadata.uid.slice(0, 2), 16)}.${Number.parseInt(pod.metadata.uid.slice(2, 4), 16)}`;
  const name = `fargate-ip-${ip.replaceAll(".", "-")}.eu-west-1.compute.internal`;
  cluster.store.create<"Node">(
    {
      kind: "Node",
      metadata: { name, labels: { [computeType]: "fargate", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
      spec: { taints: [{ key: computeType, value: "fargate", effect: "NoSchedule" }] },
      status: { conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }], addresses: [{ type: "InternalIP", address: ip }] },
    },
    { manager: "eks" },
  );
  return name;
}
