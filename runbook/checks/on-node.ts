import { ago, secondsBetween } from "../../kernel/time.ts";
import type { Given, Read, ScenarioId } from "../../kernel/types/index.ts";
import type { Pod } from "../kubernetes/objects-pod.ts";
import { type Restart, restartByHand, restartOf } from "../kubernetes/restart.ts";
import * as cluster from "../queries/kubernetes.ts";
import { command } from "../shell.ts";
import { daemonPodsOn } from "./daemon-pods.ts";
import { titleOf, type Uninjected } from "./workload.ts";

/** The one that serves on a node, or what is wrong with it there. */
export type OnNode =
  | { readonly is: "ready"; readonly name: string }
  | { readonly is: "fault"; readonly says: string; readonly then: { readonly manual?: string; readonly see?: ScenarioId } };

/** The CSI driver: its pod Ready on exactly this node, and registered with the node's kubelet. */
export function driverOn(node: string, read: Read, { policy: { installation } }: Given): OnNode {
  const { driver, csi, namespace } = installation;
  const csiNode = read(cluster.csiNode(node));
  const { daemonSet, pods } = daemonPodsOn(node, namespace, csi, read);
  const [first] = pods;
  if (!daemonSet || !first?.ready) {
    const manual = command`kubectl get daemonset,pods -n ${namespace} -o wide: find out why ${csi} does not run on ${node}`;
    const health = `${csi}: ${daemonSet?.status.ready ?? 0} of ${daemonSet?.wanted ?? "?"} Ready`;
    if (!daemonSet) return fault(`there is no DaemonSet ${csi}, so no CSI driver on ${node}`, { manual });
    if (!first) return fault(`no CSI driver pod is on ${node} (${health})`, { manual });
    return fault(`CSI driver pod ${first.name} on ${node} is not Ready (${health})`, { manual });
  }
  if (csiNode?.drivers.includes(driver)) return { is: "ready", name: first.name };
  return fault(`${node} has not registered ${driver}${csiNode ? "" : " (it has no CSINode)"}, although ${csi} runs there`, {
    manual: `look at the registrar's log of ${csi} on ${node}, and at the kubelet's`,
  });
}

/** A fresh agent opens its socket only when it has its first bundle. */
const startsWithinSeconds = 120;

/** The agent: its pod Ready on exactly this node. */
export function agentOn(node: string, read: Read, { now, policy: { installation } }: Given): OnNode {
  const { namespace, agent } = installation;
  const { daemonSet, pods } = daemonPodsOn(node, namespace, agent, read);
  const [first] = pods;
  if (!daemonSet)
    return fault(`there is no DaemonSet ${titleOf({ namespace, name: agent })}, so no agent on ${node}`, {
      manual: "install the chart that brings the agent, or name the right DaemonSet in the policy",
    });
  if (!first)
    return fault(`no agent runs on ${node} (${agent}: ${daemonSet.status.ready ?? 0} of ${daemonSet.wanted ?? "?"} Ready)`, {
      manual: command`kubectl describe daemonset ${agent} -n ${namespace}: find out why it has no pod on ${node} (taints, node selector, resources)`,
    });
  if (first.ready) return { is: "ready", name: first.name };
  const age = secondsBetween(first.startedAt ?? first.creationTimestamp, now);
  const waiting = first.waiting.map(({ container, reason }) => `, container ${container} is in ${reason}`).join("");
  const starting = `; it started ${ago(age)} ago, and until it has a bundle workloads see "socket not found" or "connection refused"`;
  return fault(`agent ${first.name} on ${node} is not Ready${waiting}${age < startsWithinSeconds ? starting : ""}`, {
    see: "agent-restarts",
  });
}

const fault = (says: string, then: Extract<OnNode, { is: "fault" }>["then"]): OnNode => ({ is: "fault", says, then });

/**
 * Why the pod's successor would be worse off than the pod, which at least runs: with the volume and without the driver on its node it hangs in
 * ContainerCreating, and without the agent it waits for a socket. Another node may be better, but nobody knows which one it will be.
 */
export function obstacleTo({ node }: Pod, read: Read, given: Given): string | undefined {
  const found = node ? [driverOn(node, read, given), agentOn(node, read, given)] : [];
  return found.find((each) => each.is === "fault")?.says;
}

/** The pod made anew, where its successor would be better off; else what a person has to mend before. */
export function restartWhereItHelps({ pod, owner }: Uninjected, read: Read, given: Given, why: string): Restart {
  const obstacle = obstacleTo(pod, read, given);
  return obstacle ? { manual: `first: ${obstacle}; then: ${restartByHand(pod, owner)}` } : restartOf(pod, owner, given.cluster, why);
}
