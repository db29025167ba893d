import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Answer, Check, Read, Workload } from "../../kernel/types/index.ts";
import { hasEnded, type Pod } from "../kubernetes/objects-pod.ts";
import { type Owner, ownerName, ownerOf } from "../kubernetes/owner.ts";
import * as cluster from "../queries/kubernetes.ts";
import { titleOf } from "./workload.ts";

/** There must be a live pod, and it must be the named owner's: an alert's labels may be stale or another's. */
export const svidExists: Check<Workload> = {
  id: "svid.exists",
  section: "1, Workloads not receiving SVIDs",
  asks: "Is there a live pod of this workload?",
  assess(subject, read) {
    const { namespace, owner, pod: name } = subject;
    if (!name) return withoutPod(subject, read);
    const pod = read(cluster.pod(namespace, name));
    if (!pod || pod.deletionTimestamp || hasEnded(pod)) return notLive(pod, subject, name);

    const real = ownerOf(pod, read);
    if (real.is === "gone") return unknown(real.says);
    const is = ownerName(real, pod);
    // A pod that is its own owner is one whose owner nobody named.
    if (owner.kind !== "Pod" && (is.kind !== owner.kind || is.name !== owner.name))
      return unknown(`${titleOf(pod)} belongs to ${is.kind} ${is.name}, not to ${owner.kind} ${owner.name}, which it was reported for`);
    if (owner.kind === "Pod" && owner.name !== name) return unknown(`${titleOf(pod)} is not pod ${owner.name}, which was reported`);
    return healthy(`${titleOf(pod)} is ${pod.phase}${madeBy(real)}`);
  },
};

function madeBy(owner: Owner): string {
  switch (owner.is) {
    case "controller":
      return `, made by ${owner.controller.kind} ${owner.controller.name}`;
    case "foreign":
      return `, made by ${owner.kind} ${owner.name}`;
    default:
      return ", and nobody makes it anew";
  }
}

/** Where a controller makes pods, one that is gone says nothing: the next one does. */
function notLive(pod: Pod | undefined, { namespace, owner }: Workload, name: string): Answer {
  const title = titleOf({ namespace, name });
  const says = !pod
    ? `there is no pod ${title}`
    : hasEnded(pod)
      ? `${title} has ended (${pod.reason ?? pod.phase})`
      : `${title} is being deleted`;
  if (owner.kind !== "Pod") return notApplicable(says);
  return pod && !hasEnded(pod) ? unknown(says) : faulty(says, { manual: "look at what should run in its place, or clear the alert" });
}

function withoutPod({ namespace, owner }: Workload, read: Read): Answer {
  if (owner.kind === "Pod" || !owner.name)
    return unknown(`no workload is named${namespace ? `, and none was found in namespace ${namespace}` : ""}`);
  const title = `${owner.kind} ${titleOf({ namespace, name: owner.name })}`;
  const controller = read(cluster.controller(owner.kind, namespace, owner.name));
  if (!controller) return faulty(`there is no ${title}`, { manual: "look at what should run in its place, or clear the alert" });
  return unknown(`${title} has no pod to look at${controller.wanted === undefined ? "" : ` (${controller.wanted} wanted)`}`);
}
