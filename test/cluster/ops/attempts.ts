/** The groups of `ops/generated`, as the test cluster's users are called. */
export const groups = ["reader", "evict-workload", "rollout-workload", "label-namespace"] as const;
export type Group = (typeof groups)[number];

export const labelKey = "k8s.spirl.com/spiffe-csi";
const restartedAt = "kubectl.kubernetes.io/restartedAt";
export const apps = "/apis/apps/v1/namespaces/shop";
/** Protected by the policy as shipped. */
export const protectedNamespace = "kube-system";
const guarded = `/apis/apps/v1/namespaces/${protectedNamespace}`;
const pods = "/api/v1/namespaces/shop/pods";
const shop = "/api/v1/namespaces/shop";
const admissionregistration = "/apis/admissionregistration.k8s.io/v1";

/** A write that somebody might try. */
export interface Attempt {
  readonly what: string;
  /** Whose remedies do this; nobody's otherwise. */
  readonly by: Group | "nobody";
  readonly method: string;
  /** As a dry run, which passes the same gates as the write; a connection knows none, but is not made without an upgrade either. */
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
}
const attempt =
  (by: Attempt["by"]) =>
  (what: string, method: string, path: string, body?: unknown): Attempt => ({
    what,
    by,
    method,
    path: path.includes("?") ? path : `${path}?dryRun=All`,
    body,
    ...(method === "PATCH" ? { type: "application/merge-patch+json" } : {}),
  });
const evict = attempt("evict-workload");
const rollOut = attempt("rollout-workload");
const label = attempt("label-namespace");
const nobody = attempt("nobody");

const template = (metadata: object) => ({ spec: { template: { metadata } } });
const podSpec = (spec: object) => ({ spec: { template: { spec } } });
const labels = (own: object) => ({ metadata: { labels: own } });
const enabled = { [labelKey]: "enabled" };

/** What the groups' remedies do, and beside it whatever else one could think of. `pod` is one of Deployment web. */
export function attempts(pod: { readonly name: string; readonly uid: string }): readonly Attempt[] {
  const eviction = (deleteOptions: object) => ({
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: pod.name, namespace: "shop" },
    deleteOptions,
  });
  const preconditions = { uid: pod.uid };
  const own = `${pods}/${pod.name}`;
  const bare = { metadata: { name: "mine" }, spec: { containers: [{ name: "x", image: "x" }] } };
  return [
    evict("evicts a pod by its uid", "POST", `${own}/eviction`, eviction({ preconditions })),
    nobody("evicts whatever has the name", "POST", `${own}/eviction`, eviction({})),
    nobody("evicts without time to end", "POST", `${own}/eviction`, eviction({ preconditions, gracePeriodSeconds: 0 })),
    nobody("deletes a pod", "DELETE", own),
    nobody("deletes all pods", "DELETE", pods),
    nobody("labels a pod", "PATCH", own, labels(enabled)),
    nobody("runs a command", "POST", `${own}/exec?command=ls&container=app`),
    nobody("adds a container", "PATCH", `${own}/ephemeralcontainers`, { spec: { ephemeralContainers: bare.spec.containers } }),
    nobody("creates a pod", "POST", pods, bare),

    rollOut("restarts a Deployment", "PATCH", `${apps}/deployments/web`, template({ annotations: { [restartedAt]: "now" } })),
    rollOut("labels a Deployment's template", "PATCH", `${apps}/deployments/web`, template({ labels: enabled })),
    rollOut("labels a StatefulSet's template", "PATCH", `${apps}/statefulsets/db`, template({ labels: enabled })),
    rollOut("labels a DaemonSet's template", "PATCH", `${apps}/daemonsets/log`, template({ labels: enabled })),
    nobody("adds another annotation", "PATCH", `${apps}/deployments/web`, template({ annotations: { [restartedAt]: "now", other: "x" } })),
    nobody("removes an annotation", "PATCH", `${apps}/deployments/web`, template({ annotations: { team: null } })),
    nobody("adds another label", "PATCH", `${apps}/deployments/web`, template({ labels: { ...enabled, role: "admin" } })),
    nobody("gives the label another value", "PATCH", `${apps}/deployments/web`, template({ labels: { [labelKey]: "other" } })),
    nobody("restarts what is protected", "PATCH", `${guarded}/deployments/web`, template({ annotations: { [restartedAt]: "now" } })),
    nobody("labels what is protected", "PATCH", `${guarded}/deployments/web`, template({ labels: enabled })),
    nobody("changes the image", "PATCH", `${apps}/deployments/web`, podSpec({ containers: [{ name: "app", image: "other" }] })),
    nobody("takes another service account", "PATCH", `${apps}/daemonsets/log`, podSpec({ serviceAccountName: "admin" })),
    nobody("changes the replicas", "PATCH", `${apps}/deployments/web`, { spec: { replicas: 0 } }),
    nobody("pauses the rollout", "PATCH", `${apps}/deployments/web`, { spec: { paused: true } }),
    nobody("changes what no one looks at", "PATCH", `${apps}/statefulsets/db`, { spec: { revisionHistoryLimit: 1 } }),
    nobody("scales", "PATCH", `${apps}/deployments/web/scale`, { spec: { replicas: 0 } }),
    nobody("writes a status", "PATCH", `${apps}/deployments/web/status`, { status: { observedGeneration: 99 } }),
    nobody("labels the Deployment itself", "PATCH", `${apps}/deployments/web`, labels({ app: "other" })),
    nobody("annotates the Deployment itself", "PATCH", `${apps}/deployments/web`, { metadata: { annotations: { note: "other" } } }),
    nobody("adds a finalizer", "PATCH", `${apps}/deployments/web`, { metadata: { finalizers: ["example.com/x"] } }),
    nobody("deletes a Deployment", "DELETE", `${apps}/deployments/web`),
    nobody("creates a Deployment", "POST", `${apps}/deployments`, workload("Deployment", "mine")),

    label("labels a namespace", "PATCH", shop, labels(enabled)),
    nobody("labels a namespace with another value", "PATCH", shop, labels({ [labelKey]: "other" })),
    nobody("labels a protected namespace", "PATCH", `/api/v1/namespaces/${protectedNamespace}`, labels(enabled)),
    nobody("lowers pod security", "PATCH", shop, labels({ "pod-security.kubernetes.io/enforce": "privileged" })),
    nobody("labels otherwise, too", "PATCH", shop, labels({ ...enabled, team: "mine" })),
    nobody("annotates a namespace", "PATCH", shop, { metadata: { annotations: { x: "y" } } }),
    nobody("deletes a namespace", "DELETE", shop),
    nobody("creates a namespace", "POST", "/api/v1/namespaces", { metadata: { name: "mine" } }),

    nobody("asks for a token", "POST", `${shop}/serviceaccounts/default/token`, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {},
    }),
    nobody("creates a secret", "POST", `${shop}/secrets`, { metadata: { name: "mine" } }),
    nobody("rewrites the webhook", "PATCH", `${admissionregistration}/mutatingwebhookconfigurations/spirl-controller-webhook`, {
      webhooks: [],
    }),
    nobody("grants itself more", "PATCH", "/apis/rbac.authorization.k8s.io/v1/clusterroles/remediator-reader", { rules: [] }),
    nobody("lifts the policy", "DELETE", `${admissionregistration}/validatingadmissionpolicybindings/remediator-verbs`),
  ];
}

/** An owner of three pods (or one for each node), without the webhook's label. */
export function workload(kind: "Deployment" | "StatefulSet" | "DaemonSet", name: string, namespace = "shop"): object {
  const selected = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, annotations: { note: "as it was" } },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: 3 }),
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      selector: { matchLabels: selected },
      template: {
        metadata: { labels: selected, annotations: { team: "shop" } },
        spec: { containers: [{ name: "app", image: "app:1" }] },
      },
    },
  };
}
