import type { Given, Instant, OwnerKind, OwnerRef, Read, Remedy, Successor } from "../../../kernel/types/index.ts";
import { isControlledBy } from "../../kubernetes/meta.ts";
import type { Controller } from "../../kubernetes/objects-controller.ts";
import { isLive, type Pod } from "../../kubernetes/objects-pod.ts";
import { controller, controllersIn, podsIn } from "../../queries/kubernetes.ts";

/** What stands in the target's place: the owner, and the live pods that it has made since the write. */
export interface Successors {
  readonly owner: Controller;
  readonly pods: readonly Pod[];
}

/** Undefined where the owner is gone, or another one has its name: then nothing stands in the target's place. */
export function successorsOf({ remedy, since }: Successor, read: Read): Successors | undefined {
  const { kind, name, uid } = ownerOf(remedy);
  if (kind === "Pod") return undefined;
  const owner = read(controller(kind, remedy.target.namespace, name));
  if (owner?.uid !== uid) return undefined;
  const pods = madeBy(owner, read).filter((pod) => isLive(pod) && pod.creationTimestamp >= wholeSecond(since));
  return { owner, pods: remedy.kind === "evict-pod" ? pods.filter((pod) => replaces(remedy, pod)) : pods };
}

export const ownerOf = (remedy: Remedy): OwnerRef => {
  if (remedy.kind === "evict-pod") return remedy.owner;
  if (remedy.kind === "label-namespace") throw new TypeError("a namespace is not what makes pods");
  return remedy.target satisfies { kind: OwnerKind };
};

/** The API server writes no fractions of a second: a pod of the write's own second counts. */
const wholeSecond = (at: Instant): Instant => `${at.slice(0, 19)}.000Z` as Instant;

/** A StatefulSet makes its pod again under the same name. */
const replaces = ({ owner, target }: Remedy<"evict-pod">, pod: Pod): boolean =>
  pod.uid !== target.uid && (owner.kind !== "StatefulSet" || pod.name === target.name);

/** An owner's selector may choose another owner's pods, too: only those that it controls, itself or through its replica sets. */
function madeBy(owner: Controller, read: Read): readonly Pod[] {
  if (!owner.selector) return [];
  const pods = podsIn(owner.namespace, owner.selector);
  if (owner.kind !== "Deployment") return read(pods).filter((pod) => isControlledBy(pod, owner));
  const [all, sets] = read.all(pods, controllersIn("ReplicaSet", owner.namespace, owner.selector));
  const ours = sets.filter((set) => isControlledBy(set, owner));
  return all.filter((pod) => ours.some((set) => isControlledBy(pod, set)));
}

export const hasVolume = (pod: Pod, { policy }: Given): boolean =>
  pod.spec.volumes.some(({ csi }) => csi?.driver === policy.installation.driver);

/** `web-1`, `web-1 and web-2`, `web-1, web-2 and 7 more`. */
export function named(pods: readonly { readonly name: string }[]): string {
  const names = pods.map(({ name }) => name);
  const [first = "none", second] = names;
  if (names.length > 2) return `${first}, ${second} and ${names.length - 2} more`;
  return second === undefined ? first : `${first} and ${second}`;
}
