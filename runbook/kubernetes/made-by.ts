import type { Read } from "../../kernel/types/index.ts";
import { controllersIn, podsIn } from "../queries/kubernetes.ts";
import { isControlledBy } from "./meta.ts";
import type { Controller } from "./objects-controller.ts";
import { isLive, type Pod } from "./objects-pod.ts";
import { labelValue } from "./selectors.ts";

/** What an owner has made, and has not ended or left. */
export interface Made {
  readonly pods: readonly Pod[];
  /** Those of the owner's present template; none before its controller has seen that. */
  readonly newest: readonly Pod[];
}

/** An owner's selector may choose another owner's pods, too: only those count that it controls, itself or through its replica sets. */
export function madeBy(owner: Controller, read: Read): Made {
  if (!owner.selector) return { pods: [], newest: [] };
  const all = podsIn(owner.namespace, owner.selector);
  const seen = owner.generation !== undefined && (owner.status.observedGeneration ?? 0) >= owner.generation;
  if (owner.kind !== "Deployment") {
    const pods = read(all).filter((pod) => isLive(pod) && isControlledBy(pod, owner));
    return { pods, newest: seen ? pods.filter((pod) => isNewest(pod, owner)) : [] };
  }
  const [pods, sets] = read.all(all, controllersIn("ReplicaSet", owner.namespace, owner.selector));
  const live = pods.filter(isLive);
  const made = (by: readonly Controller[]) => live.filter((pod) => by.some((set) => isControlledBy(pod, set)));
  const ours = sets.filter((set) => isControlledBy(set, owner));
  const number = labelValue(owner.annotations, revision);
  const newest = ours.filter((set) => number !== undefined && labelValue(set.annotations, revision) === number);
  return { pods: made(ours), newest: seen ? made(newest) : [] };
}

const revision = "deployment.kubernetes.io/revision";

/** By the revision that the controller wrote on its pods. A DaemonSet does not say which is its newest; it numbers its templates. */
function isNewest(pod: Pod, { kind, annotations, status, wanted }: Controller): boolean {
  if (kind === "StatefulSet")
    return status.updateRevision !== undefined && labelValue(pod.labels, "controller-revision-hash") === status.updateRevision;
  const number = labelValue(annotations, "deprecated.daemonset.template.generation");
  if (number !== undefined) return labelValue(pod.labels, "pod-template-generation") === number;
  return wanted !== undefined && status.updated === wanted;
}
