import { assess } from "../../../kernel/assess.ts";
import { collect } from "../../../kernel/collect.ts";
import { digest } from "../../../kernel/digest.ts";
import type { Check, Finding, Given, Instant, Observed, Query, Remedy, Successor, Target, Uid } from "../../../kernel/types/index.ts";
import { aPolicy, at, t0 } from "../../support/incidents.ts";

export const given: Given = { cluster: "prod", policy: aPolicy(), now: at(60) };

/** What the API server and Prometheus would give, by a part of the query's text; the first that fits. `undefined` is not there, an Error unavailable. */
export type World = readonly (readonly [text: string | RegExp, value: unknown])[];

/** Runs the check on the successor of a remedy whose write was permitted at `since`. */
export async function finding(check: Check<Successor>, remedy: Remedy, world: World, since: Instant = t0): Promise<Finding> {
  const subject: Successor = { on: "successor", remedy, since };
  const fetch = async (query: Query<unknown>): Promise<Observed<unknown>> => {
    const [, value] = world.find(([text]) => (typeof text === "string" ? query.text.includes(text) : text.test(query.text))) ?? [];
    if (value instanceof Error) return { state: "unavailable", reason: value.message, at: t0 };
    return { state: "observed", value: value ?? null, at: t0, ref: digest(value ?? null) };
  };
  return (await collect((evidence) => assess(check, subject, given, evidence), { fetch })).value;
}

export const target = <K extends string>(kind: K, name: string, namespace = "shop"): Target<K> => ({
  cluster: "prod",
  kind,
  namespace,
  name,
  uid: `uid-${name}` as Uid,
  resourceVersion: "1",
});
type Owners = "StatefulSet" | "DaemonSet" | "Deployment" | "ReplicaSet";
const owner = (kind: Owners) => ({ kind, name: "web", uid: "uid-web" as Uid });
export const set = { key: "k8s.spirl.com/spiffe-csi", from: null, to: "enabled" };
export const evict = (kind: Owners = "StatefulSet"): Remedy<"evict-pod"> => ({
  kind: "evict-pod",
  why: "older than the webhook",
  target: { ...target("Pod", "web-0"), uid: "old" as Uid },
  owner: owner(kind),
  node: "n1",
});
export const restart: Remedy<"rollout-restart"> = {
  kind: "rollout-restart",
  why: "older than the webhook",
  target: target("Deployment", "web"),
};
export const labelOf = (kind: "Deployment" | "StatefulSet" | "DaemonSet"): Remedy<"label-pod-template"> => ({
  kind: "label-pod-template",
  why: "no label",
  target: target(kind, "web"),
  set,
});
export const label = labelOf("Deployment");
export const labelSpace: Remedy<"label-namespace"> = {
  kind: "label-namespace",
  why: "no label",
  target: target("Namespace", "shop", ""),
  set,
};

export interface PodChange {
  readonly uid?: string;
  readonly born?: Instant;
  readonly by?: string;
  readonly ready?: boolean;
  readonly injected?: boolean;
  readonly node?: string;
  readonly leaving?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}
export const aPod = (name: string, change: PodChange = {}) => {
  const {
    uid = `uid-${name}`,
    born = at(5),
    by = "uid-web",
    ready = true,
    injected = true,
    node = "n1",
    leaving = false,
    labels = { app: "web" },
  } = change;
  return {
    metadata: {
      name,
      namespace: "shop",
      uid,
      resourceVersion: "1",
      creationTimestamp: born,
      ...(leaving ? { deletionTimestamp: at(9) } : {}),
      labels,
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Any", name: "web", uid: by, controller: true }],
    },
    spec: {
      nodeName: node,
      containers: [{ name: "app" }],
      volumes: injected ? [{ name: "spiffe", csi: { driver: "csi.spiffe.io", readOnly: true } }] : [],
    },
    status: {
      phase: ready ? "Running" : "Pending",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [{ name: "app", restartCount: 0, state: ready ? {} : { waiting: { reason: "ContainerCreating" } } }],
    },
  };
};
export const list = (...items: readonly unknown[]) => ({ metadata: {}, items });

export interface ControllerChange {
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly wanted?: number;
  readonly status?: object;
  /** Annotations of the object itself, by which its revision is told. */
  readonly own?: Readonly<Record<string, string>>;
}
/** Of a Deployment and its ReplicaSets. */
export const revision = (number: number) => ({ "deployment.kubernetes.io/revision": String(number) });
export const aController = (
  name: string,
  { uid = `uid-${name}`, labels = {}, annotations = {}, wanted = 2, status = {}, own = revision(2) }: ControllerChange = {},
) => ({
  metadata: { name, namespace: "shop", uid, resourceVersion: "1", generation: 3, creationTimestamp: at(-3600), annotations: own },
  spec: {
    replicas: wanted,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name, ...labels }, annotations }, spec: { containers: [{ name: "app" }] } },
  },
  status: {
    observedGeneration: 3,
    desiredNumberScheduled: wanted,
    replicas: wanted,
    updatedReplicas: wanted,
    readyReplicas: wanted,
    availableReplicas: wanted,
    ...status,
  },
});
/** One of the newest revision, unless it says another. */
export const aReplicaSet = (uid: string, by = "uid-web", own = revision(2)) => ({
  ...aController("web", { uid }),
  metadata: {
    ...aController("web", { uid, own }).metadata,
    ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: by, controller: true }],
  },
});
