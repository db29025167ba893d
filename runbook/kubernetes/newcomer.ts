import type { Labels, OwnerReference } from "./meta.ts";
import type { Pod, PodSpec, PodTemplate } from "./objects-pod.ts";
import { labelValue } from "./selectors.ts";

/** A pod as the API server would get it to create: what a webhook's selectors and conditions can look at beforehand. */
export interface Newcomer {
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ownerReferences: readonly OwnerReference[];
  readonly spec: PodSpec;
}

/** What controllers set on each pod that they make, beside their template. */
const byControllers = [
  "pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/job-name",
  "batch.kubernetes.io/controller-uid",
  "job-name",
  "controller-uid",
];

/**
 * The pod that would come after this one: made of the template, where somebody makes it anew. A label that a person put on the running pod
 * dies with it, so of the pod's own labels only the controllers' count.
 */
export function successorOf(pod: Pod, template: PodTemplate | undefined): Newcomer {
  if (!template) return asCreated(pod);
  const kept = byControllers.flatMap((key) => {
    const value = labelValue(pod.labels, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...asCreated(pod),
    labels: { ...Object.fromEntries(kept), ...template.labels },
    annotations: template.annotations,
    spec: template.spec,
  };
}

/** The pod itself, were it created again as it is. */
export const asCreated = ({ namespace, labels, annotations, ownerReferences, spec }: Pod): Newcomer => ({
  namespace,
  labels,
  annotations,
  ownerReferences,
  spec,
});

export const withLabel = (newcomer: Newcomer, key: string, value: string): Newcomer => ({
  ...newcomer,
  labels: { ...newcomer.labels, [key]: value },
});
