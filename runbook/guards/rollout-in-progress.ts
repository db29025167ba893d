import { allow, deny, wait } from "../../kernel/answers.ts";
import type { Guard } from "../../kernel/types/index.ts";
import type { Controller } from "../kubernetes/objects-controller.ts";
import { controller } from "../queries/kubernetes.ts";
import { ownerOf } from "./pods-of.ts";

/** Somebody is changing this workload at this moment; a second hand would hide what the first one did. */
export const rolloutInProgress: Guard = {
  id: "rollout-in-progress",
  asks: "Is the workload being rolled out right now?",
  rule({ remedy, undoing, now }, read) {
    // What is taken back is a rollout of our own, most of all where it is stuck.
    if (undoing || remedy.kind === "label-namespace") return allow;
    const { kind, namespace, name } = ownerOf(remedy);
    if (kind === "Pod" || kind === "Job") return allow;
    const owner = read(controller(kind, namespace, name));
    if (!owner) return wait(now, `${kind} ${name} is gone`);
    const why = underWay(owner);
    return why ? deny(`${kind} ${name} is being rolled out: ${why}`) : allow;
  },
};

function underWay({ kind, generation, wanted, status }: Controller): string | undefined {
  if (generation !== undefined && (status.observedGeneration ?? 0) < generation) return "its controller has not seen the newest spec yet";
  if (kind === "ReplicaSet") return undefined;
  // Its controller calls the two the same only once all pods of the new revision are Ready.
  if (kind === "StatefulSet" && status.updateRevision !== status.currentRevision)
    return `revision ${status.updateRevision} replaces ${status.currentRevision}`;
  const updated = status.updated ?? 0;
  if (kind !== "StatefulSet" && wanted !== undefined && updated < wanted) return `${updated} of ${wanted} pods are of the newest template`;
  if (kind === "Deployment" && (status.replicas ?? 0) > updated) return "pods of an older template are still there";
  const available = status.available ?? 0;
  if (kind === "Deployment" && available < updated && !isOver(status)) return `${available} of ${updated} new pods are available`;
  return undefined;
}

/**
 * Pods that are not available do not make a rollout: without an identity they may never be. A Deployment itself says whether its last rollout came to
 * its end, well or not, and goes on saying so whatever becomes of its pods afterwards.
 */
const isOver = ({ conditions }: Controller["status"]): boolean =>
  conditions.some(
    ({ type, reason }) => type === "Progressing" && (reason === "NewReplicaSetAvailable" || reason === "ProgressDeadlineExceeded"),
  );
