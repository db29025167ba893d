import { bundle, validCa } from "./certificates.ts";

/** A Kubernetes object as the API server writes it. */
export interface Raw {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}
/** What is different: objects are merged, everything else (lists, too) is replaced, `undefined` removes, also where it is merged into another change first. */
export type Change = { readonly [field: string]: unknown };

const isObject = (value: unknown): value is Change => value !== null && typeof value === "object" && !Array.isArray(value);

export function merged(base: Change, change: Change): Change {
  const keys = new Set([...Object.keys(base), ...Object.keys(change)]);
  return Object.fromEntries(
    [...keys].flatMap((key) => {
      if (!Object.hasOwn(change, key)) return [[key, base[key]]];
      const [before, after] = [base[key], change[key]];
      if (after === undefined) return Object.hasOwn(base, key) ? [] : [[key, undefined]];
      return [[key, isObject(after) ? merged(isObject(before) ? before : {}, after) : after]];
    }),
  );
}

/** A builder of one kind: each call gives a fresh object, with its uid after its name unless the change says otherwise. */
const builder =
  (apiVersion: string, kind: string, base: (name: string) => Change, defaultName: string, namespace?: string) =>
  (change: Change = {}): Raw => {
    const given = isObject(change.metadata) ? change.metadata : {};
    const name = String(given.name ?? defaultName);
    const metadata = {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: `u-${name}`,
      resourceVersion: "100",
      creationTimestamp: "2026-11-19T03:00:00Z",
    };
    return merged(merged({ apiVersion, kind, metadata }, base(name)), change) as unknown as Raw;
  };

export const label = "k8s.spirl.com/spiffe-csi";
export const driver = "csi.spiffe.io";

/** What makes an object belong to the one that makes it: the reference, and the labels that the maker's selector asks for. */
export const ownedBy = ({ apiVersion, kind, metadata: { name, uid }, spec }: Raw) => {
  const labels = (spec as { readonly selector?: { readonly matchLabels?: Change } } | undefined)?.selector?.matchLabels;
  return {
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
    ...(labels && { labels }),
  };
};

/** The spec of an injected pod, as the vendor's webhook makes it. */
export const injected = {
  volumes: [
    { name: "kube-api-access", projected: { sources: [] } },
    { name: "spiffe-workload-api", csi: { driver, readOnly: true } },
  ],
  containers: [
    {
      name: "app",
      image: "registry.example/app:1",
      env: [{ name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///spirl-agent-socket/agent.sock" }],
      volumeMounts: [{ name: "spiffe-workload-api", mountPath: "/spirl-agent-socket", readOnly: true }],
    },
  ],
};
const plain = {
  schedulerName: "default-scheduler",
  serviceAccountName: "default",
  restartPolicy: "Always",
  volumes: [{ name: "kube-api-access", projected: { sources: [] } }],
  containers: [{ name: "app", image: "registry.example/app:1" }],
};
const ready = (name = "app") => ({
  phase: "Running",
  startTime: "2026-11-19T03:00:05Z",
  conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-11-19T03:00:10Z" }],
  containerStatuses: [{ name, ready: true, restartCount: 0, state: { running: { startedAt: "2026-11-19T03:00:08Z" } } }],
});

/** A running pod without the volume, of nobody, on node-1. */
export const aPod = builder(
  "v1",
  "Pod",
  () => ({ spec: { nodeName: "node-1", ...plain }, status: ready() }),
  "checkout-7d4f-x2",
  "payments",
);

const template = (app: string) => ({ metadata: { labels: { app, [label]: "enabled" } }, spec: plain });
const counts = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
const workload = (name: string) => ({
  metadata: { generation: 1 },
  spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name) },
  status: counts,
});
export const aDeployment = builder("apps/v1", "Deployment", workload, "checkout", "payments");
export const aStatefulSet = builder("apps/v1", "StatefulSet", workload, "ledger", "payments");
export const aReplicaSet = builder(
  "apps/v1",
  "ReplicaSet",
  () => merged(workload("checkout"), { metadata: { labels: { app: "checkout", "pod-template-hash": "7d4f" } } }),
  "checkout-7d4f",
  "payments",
);
export const aJob = builder("batch/v1", "Job", workload, "import", "payments");
export const aDaemonSet = builder(
  "apps/v1",
  "DaemonSet",
  (name) => ({
    metadata: { generation: 1 },
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: plain } },
    status: { desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2, numberAvailable: 2 },
  }),
  "spirl-agent",
  "spirl-system",
);
export const aNamespace = builder(
  "v1",
  "Namespace",
  (name) => ({ metadata: { labels: { "kubernetes.io/metadata.name": name } } }),
  "payments",
);
export const aNode = builder(
  "v1",
  "Node",
  (name) => ({ metadata: { labels: { "kubernetes.io/hostname": name } }, status: { conditions: [{ type: "Ready", status: "True" }] } }),
  "node-1",
);
export const aCsiNode = builder("storage.k8s.io/v1", "CSINode", () => ({ spec: { drivers: [{ name: driver, nodeID: "n" }] } }), "node-1");
export const aService = builder(
  "v1",
  "Service",
  () => ({ spec: { type: "ClusterIP", ports: [{ port: 443 }] } }),
  "spirl-controller-webhook",
  "spirl-system",
);
export const anEndpointSlice = builder(
  "discovery.k8s.io/v1",
  "EndpointSlice",
  () => ({
    metadata: { labels: { "kubernetes.io/service-name": "spirl-controller-webhook" } },
    endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }],
  }),
  "spirl-controller-webhook-abc",
  "spirl-system",
);
export const anEvent = builder("v1", "Event", () => ({ type: "Warning", count: 3 }), "an-event", "payments");

/** One entry of `webhooks[]`: the vendor's, by pod label. */
export const aWebhookEntry = (change: Change = {}): Change =>
  merged(
    {
      name: "inject.spirl.com",
      clientConfig: {
        service: { namespace: "spirl-system", name: "spirl-controller-webhook", path: "/inject", port: 443 },
        caBundle: bundle(validCa),
      },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"], scope: "Namespaced" }],
      namespaceSelector: {},
      objectSelector: { matchLabels: { [label]: "enabled" } },
      failurePolicy: "Ignore",
    },
    change,
  );
export const aWebhook = builder(
  "admissionregistration.k8s.io/v1",
  "MutatingWebhookConfiguration",
  () => ({ metadata: { generation: 1, creationTimestamp: "2026-11-10T03:00:00Z" }, webhooks: [aWebhookEntry()] }),
  "spirl-controller-webhook",
);
/** The vendor's configuration with its one entry changed. */
export const aWebhookBy = (entry: Change, change: Change = {}): Raw => aWebhook({ webhooks: [aWebhookEntry(entry)], ...change });

/** An entry of managed fields: who set these labels, and when. */
export const managed = (time: string, ...labels: readonly string[]) => ({
  manager: "kubectl-label",
  operation: "Update",
  apiVersion: "v1",
  time,
  fieldsType: "FieldsV1",
  fieldsV1: { "f:metadata": { "f:labels": Object.fromEntries(labels.map((key) => [`f:${key}`, {}])) } },
});
