import type { Given, Query, Remedy, Some, Uid } from "../../kernel/types/index.ts";
import { controller } from "../queries/kubernetes.ts";
import { labelSegment, segment } from "../queries/names.ts";
import { series } from "../queries/prometheus.ts";
import { promql } from "../queries/promql.ts";

const raw = (value: unknown): unknown => value;

/** Bytes and lines are bounded by whoever reads; of each container so many lines at most. */
const lines = 2000;
/** The quarter of an hour before the write, in points of 15 seconds. */
const window = "range(900,15)";

const inNamespace = (namespace: string) => `/api/v1/namespaces/${labelSegment(namespace, "namespace")}`;

/**
 * The current and the previous logs of every container of a pod. A container that never started, or never ended before, has none: the API server
 * says so itself, and that is an answer (`null`). A log that is there and cannot be read is unavailable.
 */
export const logsOfPod = ({ target }: Remedy<"evict-pod">): Some<Query<unknown>> =>
  bothLogs(`${inNamespace(target.namespace)}/pods/${segment(target.name, "pod")}/log`, {});

/** What a rollout replaces: the owner's object, the events about it, and the logs of its newest pods, as many as one incident may look at. */
export const ofOwner = (remedy: Remedy<"rollout-restart" | "label-pod-template">, given: Given): Some<Query<unknown>> => {
  const { kind, namespace, name, uid } = remedy.target;
  return [controller(kind, namespace, name), eventsAbout(namespace, uid), ...logsOfOwner(remedy, given)];
};

const logsOfOwner = ({ target }: Remedy<"rollout-restart" | "label-pod-template">, { policy }: Given): Some<Query<unknown>> =>
  bothLogs(`${inNamespace(target.namespace)}/pods/*/log`, { owner: target.uid, pods: String(policy.limits.podsPerIncident) });

function bothLogs(path: string, parameters: Readonly<Record<string, string>>): Some<Query<unknown>> {
  const current = new URLSearchParams({ ...parameters, container: "*", timestamps: "true", tailLines: String(lines) });
  return [
    { source: "logs", text: `${path}?${current}`, parse: raw },
    { source: "logs", text: `${path}?${current}&previous=true`, parse: raw },
  ];
}

/** Events about one object, by its uid: the cluster forgets them within the hour. */
export const eventsAbout = (namespace: string, uid: Uid): Query<unknown> => ({
  source: "kubernetes",
  text: `${inNamespace(namespace)}/events?fieldSelector=${encodeURIComponent(`involvedObject.uid=${uid}`)}`,
  parse: raw,
});

/** How minting stood before the write, in the whole cluster, and no other one: what the write is to change. */
export const metricWindows = (given: Given): Some<Query<unknown>> => {
  const of = (metric: string) => series(metric, given);
  return [
    windowOf(promql`sum by (svid_type, status_code) (rate(${of("spirl_agent_mint_svid_total")}[5m]))`),
    windowOf(promql`sum by (svid_type) (${of("spirl_agent_svid_expiring")})`),
    windowOf(promql`sum by (svid_type) (${of("spirl_agent_svid_outdated")})`),
  ];
};

const windowOf = (expression: string): Query<unknown> => ({ source: "prometheus", text: `${window} ${expression}`, parse: raw });
