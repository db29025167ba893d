import { digest } from "../../../kernel/digest.ts";
import type { World } from "../../../kernel/ports.ts";
import { t0 } from "../../support/incidents.ts";

type Labels = Readonly<Record<string, string>>;
export const csiLabel = { "k8s.spirl.com/spiffe-csi": "enabled" };
const born = "2026-11-19T00:00:00Z";

export interface PodChange {
  readonly namespace?: string;
  readonly labels?: Labels;
  /** `ReplicaSet checkout-1`, of apps/v1 unless it says more. */
  readonly by?: string;
  readonly apiVersion?: string;
  readonly volumes?: readonly object[];
  readonly containers?: readonly object[];
  readonly phase?: string;
  readonly leaving?: boolean;
}
export const injected = [{ name: "spiffe", csi: { driver: "csi.spiffe.io", readOnly: true } }];

export const aPod = (name: string, change: PodChange = {}) => {
  const { namespace = "payments", labels = csiLabel, by, apiVersion = "apps/v1", volumes = [], containers = [{ name: "app" }] } = change;
  const { phase = "Running", leaving = false } = change;
  return {
    metadata: {
      ...meta(name, namespace),
      labels,
      ...(leaving ? { deletionTimestamp: born } : {}),
      ownerReferences: by ? [ownerReference(by, apiVersion)] : [],
    },
    spec: { nodeName: "n1", containers, volumes },
    status: { phase },
  };
};
const meta = (name: string, namespace: string) => ({ name, namespace, uid: `uid-${name}`, resourceVersion: "1", creationTimestamp: born });
const ownerReference = (by: string, apiVersion: string) => {
  const [kind = "", name = ""] = by.split(" ");
  return { apiVersion, kind, name, uid: `uid-${name}`, controller: true };
};

/** Chooses every pod, so that the reference alone decides. */
export const aController = (name: string, { namespace = "payments", by, apiVersion = "apps/v1" }: PodChange = {}) => ({
  metadata: { ...meta(name, namespace), ownerReferences: by ? [ownerReference(by, apiVersion)] : [] },
  spec: { selector: {}, template: { metadata: {}, spec: { containers: [{ name: "app" }] } } },
  status: {},
});
export const aNamespace = (name: string, labels: Labels = {}) => ({ metadata: { ...meta(name, ""), labels } });

const webhookPath = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/spirl-controller-webhook";
/** The vendor's webhook, by default as shipped: it asks for the pod's label. */
export const aWebhook = (change: object = { objectSelector: { matchLabels: csiLabel } }) => ({
  [webhookPath]: {
    metadata: { ...meta("spirl-controller-webhook", "") },
    webhooks: [
      {
        name: "inject.spirl.com",
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"], scope: "Namespaced" }],
        clientConfig: { service: { name: "spirl-controller-webhook", namespace: "spirl-system" } },
        failurePolicy: "Ignore",
        ...change,
      },
    ],
  },
});

/** A Deployment's ReplicaSet, and the Deployment, by their paths. */
export const aDeployment = (name: string, namespace = "payments") => ({
  [`/apis/apps/v1/namespaces/${namespace}/replicasets/${name}-1`]: aController(`${name}-1`, { namespace, by: `Deployment ${name}` }),
  [`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`]: aController(name, { namespace }),
});

/** What is at these API paths; nothing at the others. An Error is an answer that cannot be had. */
export function aWorld(objects: Readonly<Record<string, unknown>>): World & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetch: async ({ text }) => {
      asked.push(text);
      const value = objects[text] ?? null;
      return value instanceof Error
        ? { state: "unavailable", reason: value.message, at: t0 }
        : { state: "observed", value, at: t0, ref: digest(value) };
    },
  };
}
/** The lists that every round begins with. */
export const lists = (pods: readonly object[], namespaces: readonly object[] = [aNamespace("payments")]) => ({
  "/api/v1/pods": { items: pods },
  "/api/v1/namespaces": { items: namespaces },
});
