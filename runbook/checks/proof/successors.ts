import { after } from "../../../kernel/time.ts";
import type { Given, OwnerKind, OwnerRef, Read, Remedy, Successor } from "../../../kernel/types/index.ts";
import { madeBy } from "../../kubernetes/made-by.ts";
import type { Controller } from "../../kubernetes/objects-controller.ts";
import type { Pod } from "../../kubernetes/objects-pod.ts";
import { controller } from "../../queries/kubernetes.ts";

/** What stands in the target's place: the owner, and those of its live pods that are what the write was to bring. */
export interface Successors {
  readonly owner: Controller;
  readonly pods: readonly Pod[];
  /** How many there will be once all have come. */
  readonly wanted: number;
}

/**
 * Told by what they are, for the clocks of the cluster and ours differ: of a rollout the pods of the newest revision, of an eviction the pod in
 * the evicted one's place. Undefined where the owner is gone, or another one has its name: then nothing stands in the target's place.
 */
export function successorsOf(subject: Successor, read: Read, given: Given): Successors | undefined {
  const { remedy } = subject;
  const { kind, name, uid } = ownerOf(remedy);
  if (kind === "Pod") return undefined;
  const owner = read(controller(kind, remedy.target.namespace, name));
  if (owner?.uid !== uid) return undefined;
  const { pods, newest } = madeBy(owner, read);
  if (remedy.kind === "evict-pod") return { owner, pods: inPlaceOf(remedy, subject, owner, pods, given), wanted: 1 };
  return { owner, pods: newest, wanted: Math.max(1, owner.wanted ?? 1) };
}

export const ownerOf = (remedy: Remedy): OwnerRef => {
  if (remedy.kind === "evict-pod") return remedy.owner;
  if (remedy.kind === "label-namespace") throw new TypeError("a namespace is not what makes pods");
  return remedy.target satisfies { kind: OwnerKind };
};

/**
 * A StatefulSet makes its pod again under the same name, a DaemonSet on the same node. Where any new pod may be the one, all that may have come
 * since the write are taken together, once there are as many as wanted: then the one is among them.
 */
function inPlaceOf(
  { target, node }: Remedy<"evict-pod">,
  { since }: Successor,
  owner: Controller,
  pods: readonly Pod[],
  { policy }: Given,
): readonly Pod[] {
  const others = pods.filter(({ uid }) => uid !== target.uid);
  if (owner.kind === "StatefulSet") return others.filter(({ name }) => name === target.name);
  const earliest = after(since, -policy.timing.clockSkewSeconds).slice(0, wholeSecond);
  const late = others.filter(({ creationTimestamp }) => creationTimestamp.slice(0, wholeSecond) >= earliest);
  if (owner.kind === "DaemonSet") return late.filter((pod) => pod.node !== undefined && pod.node === node);
  return others.length < (owner.wanted ?? 1) ? [] : late;
}

/** The API server writes no fractions of a second. */
const wholeSecond = "2026-11-20T03:00:00".length;

export const hasVolume = (pod: Pod, { policy }: Given): boolean =>
  pod.spec.volumes.some(({ csi }) => csi?.driver === policy.installation.driver);
