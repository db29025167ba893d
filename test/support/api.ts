import type { Raw } from "./objects.ts";

const kinds: Readonly<Record<string, string>> = {
  pods: "Pod",
  namespaces: "Namespace",
  nodes: "Node",
  services: "Service",
  events: "Event",
  deployments: "Deployment",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  replicasets: "ReplicaSet",
  jobs: "Job",
  csinodes: "CSINode",
  endpointslices: "EndpointSlice",
  poddisruptionbudgets: "PodDisruptionBudget",
  mutatingwebhookconfigurations: "MutatingWebhookConfiguration",
};

/** What a GET of the path gives, as far as the runbook asks: an object or `null`, or a list by namespace and selectors. */
export function objectsAt(objects: readonly Raw[], text: string): unknown {
  const url = new URL(text, "http://api");
  const path = url.pathname
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [group, rest] = path[0] === "api" ? [path[1], path.slice(2)] : [`${path[1]}/${path[2]}`, path.slice(3)];
  const namespaced = rest[0] === "namespaces" && rest.length > 2;
  const namespace = namespaced ? rest[1] : undefined;
  const [plural = "", name] = namespaced ? rest.slice(2) : rest;
  const kind = kinds[plural];
  if (!kind) throw new Error(`nobody serves ${text}`);
  const there = objects.filter(
    (object) => object.kind === kind && object.apiVersion === group && (namespace === undefined || object.metadata.namespace === namespace),
  );
  if (name !== undefined) return there.find((object) => object.metadata.name === name) ?? null;
  const fields = url.searchParams.get("fieldSelector") ?? "";
  const labels = url.searchParams.get("labelSelector") ?? "";
  return {
    kind: `${kind}List`,
    apiVersion: group,
    metadata: {},
    items: there.filter((object) => fits(object, fields) && labelled(object, labels)),
  };
}

const terms = (selector: string) => (selector === "" ? [] : selector.split(/,(?![^(]*\))/));

const fits = (object: Raw, selector: string): boolean =>
  terms(selector).every((term) => {
    const [path = "", value] = term.split("=");
    return path.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], object) === value;
  });

/** Equality and `in`: what the test objects' selectors use. */
function labelled(object: Raw, selector: string): boolean {
  const labels = (object.metadata.labels ?? {}) as Record<string, string>;
  return terms(selector).every((term) => {
    const [, key, list] = /^(\S+) in \((.*)\)$/.exec(term) ?? [];
    if (key !== undefined) return (list ?? "").split(",").includes(labels[key] ?? "");
    const [name = "", value] = term.split("=");
    return labels[name] === value;
  });
}
