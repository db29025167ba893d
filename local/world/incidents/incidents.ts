import type { Cluster } from "../cluster.ts";
import { controllerOf, isReady } from "../controllers/common.ts";
import { injectLabel, spirlNamespace } from "../controllers/spirl.ts";
import type { Labels, Pod } from "../kubernetes/objects.ts";
import { clusterName } from "../prometheus/exporter.ts";
import { base } from "./base.ts";
import { ago, apply, day, type Happening, hour, minute } from "./history.ts";
import { controllerName } from "./installation.ts";
import { barePod, budget, deployment, statefulSet } from "./manifests.ts";

/** One way to be without identity: how the cluster came to it, and the labels of the alert about it. */
export interface Incident {
  readonly says: string;
  readonly history: readonly Happening[];
  readonly alert: (cluster: Cluster) => Labels;
}

const namespace = "payments";
const checkout = { namespace, name: "checkout", replicas: 3 };
const settlement = { namespace, name: "settlement", replicas: 3 };
const migration = { namespace, name: "ledger-migration" };

const about =
  (workload_kind: string, workload: string, more: (cluster: Cluster) => Labels = () => ({})): Incident["alert"] =>
  (cluster) => ({
    alertname: "SpirlWorkloadNotInjected",
    cluster: clusterName,
    scenario: "workloads-not-receiving-svids",
    severity: "warning",
    scope: "owner",
    namespace,
    workload_kind,
    workload,
    ...more(cluster),
  });
const aboutCheckout = about("Deployment", checkout.name);

/** One entry a name of `npm start -- --incident NAME`. */
export const incidents = {
  healthy: {
    says: "payments/checkout is alerted about, and all is well with it",
    history: [...base(), ...ago(2 * day, apply([deployment(checkout)]))],
    alert: aboutCheckout,
  },
  "older-than-webhook": {
    says: "the pods of payments/checkout have the label and are older than the webhook",
    history: [...base(), ...ago(9 * day, apply([deployment(checkout)]))],
    alert: aboutCheckout,
  },
  "template-unlabelled": {
    says: "the template of payments/checkout lacks the label that the webhook looks for",
    history: [...base(), ...ago(hour, apply([deployment({ ...checkout, labelled: false })]))],
    alert: aboutCheckout,
  },
  "namespace-unlabelled": {
    says: "the webhook looks at namespaces, payments lost its label two hours ago, and payments/checkout was deployed since",
    history: [
      ...base({ reach: "by-namespace-label" }),
      ...ago(2 * hour, unlabelNamespace),
      ...ago(hour, apply([deployment({ ...checkout, labelled: false })])),
    ],
    alert: aboutCheckout,
  },
  fargate: {
    says: "payments/checkout runs on Fargate, where no socket can be delivered",
    history: [
      ...base(),
      ...ago(3 * day, ({ fargateProfiles }) => fargateProfiles.push({ name: "payments-batch", namespace, labels: { tier: "batch" } })),
      ...ago(hour, apply([deployment({ ...checkout, labelled: false, labels: { tier: "batch" } })])),
    ],
    alert: aboutCheckout,
  },
  "csi-missing-on-node": {
    says: "one pod of payments/checkout hangs on a tainted node, which the CSI driver does not tolerate",
    history: [
      ...base({ taint: { key: "dedicated", value: namespace } }),
      ...ago(20 * minute, apply([deployment({ ...checkout, tolerations: [{ key: "dedicated", operator: "Exists" }] })])),
    ],
    alert: about("Deployment", checkout.name, (cluster) => ({ pod: hanging(cluster)?.metadata.name ?? "" })),
  },
  "fleet-wide": {
    says: "the webhook was installed an hour ago, and nearly all pods are older",
    history: [...base({ webhookAgo: hour }), ...ago(2 * day, apply([deployment(checkout)]))],
    alert: aboutCheckout,
  },
  "bare-pod": {
    says: "payments/ledger-migration is a pod without an owner, older than the webhook",
    history: [...base(), ...ago(9 * day, apply([barePod(migration)], "kubectl-run"))],
    alert: about("Pod", migration.name, () => ({ pod: migration.name })),
  },
  "pdb-blocks": {
    says: "the pods of the StatefulSet payments/settlement are older than the webhook, and its budget allows no disruption",
    history: [...base(), ...ago(9 * day, apply([statefulSet(settlement), budget(settlement, settlement.replicas)]))],
    alert: about("StatefulSet", settlement.name),
  },
  "webhook-down": {
    says: "the webhook's pods are gone since two hours, and payments/checkout was deployed since: let through without injection",
    history: [...base(), ...ago(2 * hour, stopWebhook), ...ago(hour, apply([deployment(checkout)]))],
    alert: aboutCheckout,
  },
} as const satisfies Record<string, Incident>;

export type IncidentName = keyof typeof incidents;

function unlabelNamespace({ store }: Cluster): void {
  store.update(store.need("Namespace", namespace), ({ metadata }) => delete metadata.labels?.[injectLabel], { manager: "kubectl-label" });
}

function stopWebhook({ store }: Cluster): void {
  const controller = store.need("Deployment", controllerName, spirlNamespace);
  store.update(controller, ({ spec }) => Object.assign(spec, { replicas: 0 }), { manager: "kubectl-scale" });
}

const hanging = ({ store }: Cluster): Pod | undefined =>
  store.list("Pod", namespace).find((pod) => !isReady(pod) && controllerOf(pod)?.name.startsWith(checkout.name));
export const incidentNames = Object.keys(incidents) as readonly IncidentName[];
