import type { Node } from "./objects-cluster.ts";
import type { Pod } from "./objects-pod.ts";
import { labelValue } from "./selectors.ts";

/** By what it is seen that the pod runs, or is to run, on Fargate, where no DaemonSet and so no CSI driver is; undefined where by nothing. */
export function fargateSign(pod: Pod, node: Node | undefined): string | undefined {
  const profile = labelValue(pod.labels, "eks.amazonaws.com/fargate-profile");
  if (profile !== undefined) return `Fargate profile ${profile}`;
  if (pod.spec.schedulerName === "fargate-scheduler") return "scheduler fargate-scheduler";
  if (pod.node?.startsWith("fargate-ip-")) return `node ${pod.node}`;
  if (node && labelValue(node.labels, "eks.amazonaws.com/compute-type") === "fargate") return `node ${node.name} of compute type fargate`;
  return undefined;
}
