import type { Given, Query, Remedies, Remedy, Verb } from "../../kernel/types/index.ts";
import * as cluster from "../../runbook/queries/kubernetes.ts";
import * as logs from "../../runbook/queries/logs.ts";
import { remedies } from "../../runbook/remedies/index.ts";
import { aNamespaceLabel, anEviction, aPolicy, aRestart, aTemplateLabel, t0 } from "./incidents.ts";

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"] as const;
/** Each query of the cluster that there is, once or for each of its kinds. A new one that is not named here does not compile. */
const queries: Readonly<Record<keyof typeof cluster | keyof typeof logs, readonly Query<unknown>[]>> = {
  pod: [cluster.pod("shop", "x")],
  podsIn: [cluster.podsIn("shop"), cluster.podsIn("shop", { matchLabels: { app: "web" }, matchExpressions: [] })],
  podsOn: [cluster.podsOn("n1")],
  podsOnIn: [cluster.podsOnIn("n1", "shop")],
  allPods: [cluster.allPods()],
  controller: kinds.map((kind) => cluster.controller(kind, "shop", "x")),
  controllersIn: kinds.map((kind) => cluster.controllersIn(kind, "shop")),
  namespace: [cluster.namespace("shop")],
  namespaces: [cluster.namespaces()],
  node: [cluster.node("n1")],
  nodes: [cluster.nodes()],
  csiNode: [cluster.csiNode("n1")],
  webhookConfiguration: [cluster.webhookConfiguration("spirl-controller-webhook")],
  service: [cluster.service("spirl-system", "x")],
  endpointSlices: [cluster.endpointSlices("spirl-system", "x")],
  eventsOf: [cluster.eventsOf("shop", "x")],
  podDisruptionBudgets: [cluster.podDisruptionBudgets("shop")],
  podLog: [logs.podLog("shop", "x", "app"), logs.podLog("shop", "x", "app", { previous: true })],
};
export const asked: readonly Query<unknown>[] = Object.values(queries).flat();

const samples: { readonly [K in keyof Remedies]: Remedy<K> } = {
  "evict-pod": anEviction(),
  "rollout-restart": aRestart(),
  "label-pod-template": aTemplateLabel(),
  "label-namespace": aNamespaceLabel(),
};
const given: Given = { cluster: "prod", policy: aPolicy(), now: t0 };
/** What the remedies ask of the cluster in order to keep it. The log reader makes plain reads of pods and replica sets of the wide ones. */
export const preserved: readonly Query<unknown>[] = (Object.keys(remedies) as (keyof Remedies)[])
  .flatMap((kind) => preserve(kind))
  .filter(({ source }) => source === "kubernetes" || source === "logs");

function preserve<K extends keyof Remedies>(kind: K): readonly Query<unknown>[] {
  const { must, may } = remedies[kind].preserve(samples[kind], given);
  return [...must, ...may];
}

/** The right that a GET of this path takes. */
export function verbOf({ text }: Query<unknown>): Verb {
  const [path = ""] = text.split("?", 1);
  const [, group = "", , rest = ""] = /^\/(?:api|apis\/([^/]+))\/(v1)\/(?:namespaces\/[^/]+\/(?=[^/]))?(.+)$/.exec(path) ?? [];
  const [resource = "", name, subresource] = rest.split("/");
  return { group, resource: subresource ? `${resource}/${subresource}` : resource, verb: name === undefined ? "list" : "get" };
}
export const textOf = ({ verb, resource, group }: Verb): string => `${verb} ${resource}.${group}`;
