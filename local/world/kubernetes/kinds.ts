import type { Kind } from "./objects.ts";

export interface KindInfo {
  readonly kind: Kind;
  readonly group: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** The API server counts the spec's changes in `metadata.generation`. */
  readonly counted: boolean;
  /** Field labels beside `metadata.name` (and, where namespaced, `metadata.namespace`), and where they are in the object. */
  readonly fields: Readonly<Record<string, string>>;
}

const info = (kind: Kind, group: string, plural: string, rest: Partial<KindInfo> = {}): KindInfo => ({
  kind,
  group,
  plural,
  namespaced: true,
  counted: false,
  fields: {},
  ...rest,
});
const same = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, path]));
const about = (...fields: string[]) => same(...fields.map((field) => `involvedObject.${field}`));
const cluster = { namespaced: false };
const counted = { counted: true };

/** All are served as v1. Field labels as in Kubernetes' `pkg/apis/core/v1/conversion.go`. */
export const kinds: Readonly<Record<Kind, KindInfo>> = {
  Namespace: info("Namespace", "", "namespaces", { ...cluster, fields: same("status.phase") }),
  Node: info("Node", "", "nodes", { ...cluster, fields: same("spec.unschedulable") }),
  Pod: info("Pod", "", "pods", {
    ...counted,
    fields: same("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP"),
  }),
  ReplicaSet: info("ReplicaSet", "apps", "replicasets", { ...counted, fields: same("status.replicas") }),
  Deployment: info("Deployment", "apps", "deployments", counted),
  StatefulSet: info("StatefulSet", "apps", "statefulsets", counted),
  DaemonSet: info("DaemonSet", "apps", "daemonsets", counted),
  Job: info("Job", "batch", "jobs", { ...counted, fields: same("status.successful") }),
  PodDisruptionBudget: info("PodDisruptionBudget", "policy", "poddisruptionbudgets", counted),
  Service: info("Service", "", "services", { fields: same("spec.clusterIP", "spec.type") }),
  EndpointSlice: info("EndpointSlice", "discovery.k8s.io", "endpointslices"),
  Event: info("Event", "", "events", {
    fields: {
      ...about("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"),
      ...same("reason", "type", "reportingComponent"),
      source: "source.component",
    },
  }),
  CSINode: info("CSINode", "storage.k8s.io", "csinodes", cluster),
  MutatingWebhookConfiguration: info("MutatingWebhookConfiguration", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", {
    ...cluster,
    ...counted,
  }),
};

export const apiVersionOf = (kind: Kind): string => (kinds[kind].group === "" ? "v1" : `${kinds[kind].group}/v1`);

/** `deployments.apps`, `pods`: how the API server names a resource in its messages. */
export const qualified = (plural: string, group: string): string => (group === "" ? plural : `${plural}.${group}`);

export const kindOf = (group: string, plural: string): KindInfo | undefined =>
  Object.values(kinds).find((each) => each.group === group && each.plural === plural);

export const groups: ReadonlySet<string> = new Set(Object.values(kinds).map(({ group }) => group));
