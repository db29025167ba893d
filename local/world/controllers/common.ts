import { createHash } from "node:crypto";
import { stable } from "../kubernetes/json.ts";
import { apiVersionOf } from "../kubernetes/kinds.ts";
import type { Manager } from "../kubernetes/managed-fields.ts";
import type { Amount, AnyObject, Condition, OwnerReference, Pod, PodTemplate } from "../kubernetes/objects.ts";

export const controllerManager: Manager = { manager: "kube-controller-manager" };
export const controllerStatus: Manager = { manager: "kube-controller-manager", subresource: "status" };

export const isReady = (pod: Pod): boolean =>
  (pod.status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
export const isLeaving = ({ metadata }: AnyObject): boolean => metadata.deletionTimestamp !== undefined;
export const isActive = (pod: Pod): boolean => !isLeaving(pod) && pod.status.phase !== "Succeeded" && pod.status.phase !== "Failed";

export const ownedBy =
  (owner: AnyObject) =>
  ({ metadata }: AnyObject): boolean =>
    metadata.namespace === owner.metadata.namespace && (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);

export const controllerOf = (pod: AnyObject): OwnerReference | undefined =>
  pod.metadata.ownerReferences?.find(({ controller }) => controller);

export const ownerReference = ({ kind, metadata }: AnyObject): OwnerReference => ({
  apiVersion: apiVersionOf(kind),
  kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

const letters = "bcdfghjklmnpqrstvwxz2456789";
const hashes = new WeakMap<PodTemplate, string>();
/** Names a template's revision: the same for equal templates, whatever the order of their keys. Templates are frozen, so it is made once. */
export function templateHash(template: PodTemplate): string {
  const known = hashes.get(template);
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(stable(template)).digest().subarray(0, 10);
  const hash = [...digest].map((byte) => letters[byte % letters.length]).join("");
  hashes.set(template, hash);
  return hash;
}

/** A number of pods out of `25%` or `2`. */
export function amount(of: Amount, total: number, round: (value: number) => number): number {
  if (typeof of === "number") return of;
  return round((Number.parseFloat(of) / 100) * total);
}

/** Sets a condition; its times move only when it changes. */
export function withCondition(all: readonly Condition[] | undefined, next: Condition): Condition[] {
  const before = all?.find(({ type }) => type === next.type);
  const same = before?.status === next.status;
  const kept = same && before?.lastTransitionTime !== undefined ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  const others = (all ?? []).map((each) => (each === before ? kept : each));
  return before ? others : [...others, kept];
}

/** Drops what is zero: the API leaves such numbers out. */
export const counts = <T extends Record<string, number>>(all: T): Partial<T> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0)) as Partial<T>;
