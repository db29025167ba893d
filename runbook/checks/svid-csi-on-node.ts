import { faulty, healthy, notApplicable } from "../../kernel/answers.ts";
import type { Answer, Check, Read, Workload } from "../../kernel/types/index.ts";
import { fargateSign } from "../kubernetes/fargate.ts";
import { deliveryTo, hasVolume } from "../kubernetes/injection.ts";
import type { ClusterEvent } from "../kubernetes/objects-cluster.ts";
import type { Pod } from "../kubernetes/objects-pod.ts";
import * as cluster from "../queries/kubernetes.ts";
import { driverOn } from "./on-node.ts";
import { nodeOf, onPod, titleOf } from "./workload.ts";

/** The CSI driver must be registered on the workload's node, its pod there Ready, and the mount must not fail. */
export const svidCsiOnNode: Check<Workload> = {
  id: "svid.csi-on-node",
  section: "1, check 1, step 5",
  asks: "Is the CSI driver running on the workload's node?",
  assess: (subject, read, given) =>
    onPod(subject, read, (pod) => {
      const { driver } = given.policy.installation;
      const by = deliveryTo(pod, undefined, driver).by;
      if (by === "node" || by === "elsewhere") return notApplicable(`${titleOf(pod)} gets its socket without the CSI driver`);
      if (!pod.node) return notApplicable(`${titleOf(pod)} has no node yet`);
      if (fargateSign(pod, nodeOf(pod, read))) return notApplicable("Fargate runs no DaemonSets, so there is no driver to look for");

      const running = driverOn(pod.node, read, given);
      if (running.is === "fault") return faulty(running.says, running.then);
      return mountFailure(pod, driver, read) ?? healthy(`${running.name} is Ready on ${pod.node} and ${driver} is registered there`);
    }),
};

/** The kubelet's own word, for a pod that still waits for its volumes. Events are foreign text and may be missing: without them nothing follows. */
function mountFailure(pod: Pod, driver: string, read: Read): Answer | undefined {
  if (!hasVolume(pod, driver) || pod.phase !== "Pending") return undefined;
  const events = read.maybe(cluster.eventsOf(pod.namespace, pod.name));
  if (events.state === "unavailable") return undefined;
  const names = [driver, ...pod.spec.volumes.filter(({ csi }) => csi?.driver === driver).map(({ name }) => name)];
  const failed = events.value.find(
    (event) => event.about === pod.uid && isMountFailure(event) && names.some((name) => event.message.includes(name)),
  );
  if (!failed) return undefined;
  return faulty(`${titleOf(pod)} waits for its ${driver} volume on ${pod.node}: ${oneLine(failed.message)} (${failed.count} times)`, {
    manual: `look at the CSI driver's log on ${pod.node}, and at the kubelet's`,
  });
}

const isMountFailure = ({ type, reason }: ClusterEvent) =>
  type === "Warning" && (reason === "FailedMount" || reason === "FailedAttachVolume");
const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 200);
