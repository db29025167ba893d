import type { Labels } from "./meta.ts";
import { type Entry, type Mutation, wouldMutate } from "./mutation.ts";
import { type Newcomer, withLabel } from "./newcomer.ts";
import { labelValue, type Requirement, unmet, written } from "./selectors.ts";

/** A label that somebody could set, on the pod (which is: on its template) or on its namespace. */
export interface LabelWish {
  readonly on: "pod" | "namespace";
  readonly key: string;
  readonly value: string;
}
/** What one entry of the webhook lacks, as far as it is labels. */
export interface Gap {
  readonly entry: Entry;
  /** What it asks for that is not fulfilled, in kubectl's words. */
  readonly pod: readonly Requirement[];
  readonly namespace: readonly Requirement[];
}

/**
 * The entries that only labels keep away: each label that they ask for is missing or has another value. An entry that excludes the pod
 * (`NotIn`, `DoesNotExist`, a match condition that would be false with the labels, too) is not among them: labelling cannot bring it.
 */
export function gaps(of: readonly Entry[], newcomer: Newcomer, namespaceLabels: Labels): readonly Gap[] {
  if (wouldMutate(of, newcomer, namespaceLabels).is !== "no") return [];
  return of.flatMap((entry) => {
    if (!entry.aboutPods) return [];
    const pod = unmet(entry.webhook.objectSelector, newcomer.labels);
    const namespace = unmet(entry.webhook.namespaceSelector, namespaceLabels);
    if (
      pod.length + namespace.length === 0 ||
      [...pod, ...namespace].some(({ operator }) => operator === "NotIn" || operator === "DoesNotExist")
    )
      return [];
    const labelled = entry.asks({ ...newcomer, labels: filled(newcomer.labels, pod) }, filled(namespaceLabels, namespace));
    return labelled.is === "no" ? [] : [{ entry, pod, namespace }];
  });
}

/** As if all that is asked for were there. What only asks that a key exists goes first, for the same key may be asked for with a value. */
const filled = (labels: Labels, wanted: readonly Requirement[]): Labels => ({
  ...labels,
  ...Object.fromEntries(wanted.filter(({ operator }) => operator === "Exists").map(({ key }) => [key, anyValue])),
  ...Object.fromEntries(
    wanted.flatMap(({ key, operator, values: [value] }) => (operator === "In" && value !== undefined ? [[key, value]] : [])),
  ),
});

/** Where a selector only asks that the label exists, the vendor's own value. */
const anyValue = "enabled";

/**
 * The labels any one of which, added alone, would be enough: computed, not guessed. A label that is there with another value is somebody's
 * decision, a choice among values is nobody's yet, and what Kubernetes keeps for itself is not ours to set; so these are not among them.
 */
export function sufficient(of: readonly Entry[], newcomer: Newcomer, namespaceLabels: Labels): readonly LabelWish[] {
  const wishes = gaps(of, newcomer, namespaceLabels).flatMap(({ pod, namespace }) => [
    ...pod.flatMap((requirement) => addition("pod", requirement, newcomer.labels)),
    ...namespace.flatMap((requirement) => addition("namespace", requirement, namespaceLabels)),
  ]);
  const enough = wishes.filter((wish) => withWish(of, newcomer, namespaceLabels, wish).is === "yes");
  return [...new Map(enough.map((wish) => [`${wish.on} ${wish.key}=${wish.value}`, wish])).values()];
}

/** What the webhook would do if this one label were there. */
export const withWish = (of: readonly Entry[], newcomer: Newcomer, namespaceLabels: Labels, { on, key, value }: LabelWish): Mutation =>
  on === "pod"
    ? wouldMutate(of, withLabel(newcomer, key, value), namespaceLabels)
    : wouldMutate(of, newcomer, { ...namespaceLabels, [key]: value });

function addition(on: LabelWish["on"], { key, operator, values }: Requirement, labels: Labels): readonly LabelWish[] {
  if (labelValue(labels, key) !== undefined || isReserved(key)) return [];
  if (operator === "Exists") return [{ on, key, value: anyValue }];
  const [value, ...others] = values;
  return operator === "In" && value !== undefined && others.length === 0 ? [{ on, key, value }] : [];
}

/** `pod-security.kubernetes.io/enforce`, `kubernetes.io/metadata.name` and their like mean something to Kubernetes itself. */
export const isReserved = (key: string): boolean => {
  const prefix = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
  return /(^|\.)(kubernetes|k8s)\.io$/.test(prefix);
};

export const asked = (wanted: readonly Requirement[]): string => wanted.map(written).join(" and ");
