import type { Given, Observed } from "../../../kernel/types/index.ts";
import type { Labels } from "../../../runbook/kubernetes/meta.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import type { Manifest, Manifested } from "./manifest.ts";

/** The objects that would be there if the manifest were applied, as the API server would give them: by the path under which it does. */
export function overlay(workload: Manifested, manifest: Manifest, live: Observed<unknown>, { now }: Given): ReadonlyMap<string, unknown> {
  const { namespace, name, maker, metadata, spec } = workload;
  const common = { name, namespace, uid: "not-there-yet", resourceVersion: "0", creationTimestamp: now };
  const owned = maker
    ? [{ apiVersion: maker === "Job" ? "batch/v1" : "apps/v1", kind: maker, name, uid: common.uid, controller: true }]
    : [];
  const pod = { metadata: { ...common, ...metadata, ownerReferences: owned }, spec, status: { phase: "Pending" } };
  const objects: [string, unknown][] = [[cluster.pod(namespace, name).text, pod]];
  const selector = { matchLabels: metadata.labels ?? {} };
  if (maker)
    objects.push([cluster.controller(maker, namespace, name).text, { metadata: common, spec: { selector, template: { metadata, spec } } }]);
  const own = manifest.namespaces.get(namespace)?.labels;
  // One that cannot be read stays so: what it has already is not known.
  if (live.state === "observed" && (own || live.value === null))
    objects.push([
      cluster.namespace(namespace).text,
      { metadata: { ...common, name: namespace, namespace: "", labels: { ...labelsIn(live.value), ...own, ...byKubernetes(namespace) } } },
    ]);
  return new Map(objects);
}

/** Applying adds to the labels that are there. */
function labelsIn(value: unknown): Labels {
  const { metadata } = (value ?? {}) as { readonly metadata?: { readonly labels?: Labels } };
  return metadata?.labels ?? {};
}

const byKubernetes = (namespace: string): Labels => ({ "kubernetes.io/metadata.name": namespace });
