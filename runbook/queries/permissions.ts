import type { Verb } from "../../kernel/types/index.ts";

const may = (group: string, resource: string, ...verbs: readonly ("get" | "list")[]): readonly Verb[] =>
  verbs.map((verb) => ({ group, resource, verb }));

/**
 * What whoever only reads may do: exactly what the queries of this folder ask of the API server, which a test compares. No secrets, no exec, no
 * watch, and no verb that writes, not even for a dry run.
 */
export const reads: readonly Verb[] = [
  ...may("", "namespaces", "get", "list"),
  ...may("", "nodes", "get", "list"),
  ...may("", "pods", "get", "list"),
  ...may("", "pods/log", "get"),
  ...may("", "services", "get"),
  ...may("", "events", "list"),
  ...may("apps", "deployments", "get", "list"),
  ...may("apps", "statefulsets", "get", "list"),
  ...may("apps", "daemonsets", "get", "list"),
  ...may("apps", "replicasets", "get", "list"),
  ...may("batch", "jobs", "get", "list"),
  ...may("policy", "poddisruptionbudgets", "list"),
  ...may("discovery.k8s.io", "endpointslices", "list"),
  ...may("storage.k8s.io", "csinodes", "get"),
  ...may("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "get"),
];
