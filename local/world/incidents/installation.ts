import { notOnFargate } from "../controllers/fargate.ts";
import { agentName, csiDaemonSet, injectLabel, spirlNamespace, webhookName } from "../controllers/spirl.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { Toleration } from "../kubernetes/objects.ts";
import { caBundle } from "./ca.ts";

/** Whom the webhook looks at: pods by their own label (the vendor's default), or all pods of labelled namespaces. */
export type Reach = "by-pod-label" | "by-namespace-label";

const labelled = { matchLabels: { [injectLabel]: "enabled" } };
const byHelm = (app: string) => ({ app, "app.kubernetes.io/managed-by": "Helm" });
const affinity = {
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [notOnFargate] }] } },
};

const agent = {
  name: agentName,
  image: "ghcr.io/spirl/spirl-agent:1.0.0",
  env: [{ name: "SPIRL_ENDPOINT", value: "td.spirl.test:443" }],
  resources: { requests: { cpu: "25m", memory: "64Mi" }, limits: { cpu: "125m", memory: "256Mi" } },
};
const driver = {
  name: csiDaemonSet,
  image: "ghcr.io/spiffe/spiffe-csi-driver:0.2.12",
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "150m", memory: "196Mi" } },
};

const onEachNode = (name: string, container: { name: string; image: string }, tolerations: Toleration[]): Manifest<"DaemonSet"> => ({
  kind: "DaemonSet",
  metadata: { name, namespace: spirlNamespace, labels: byHelm(name) },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [container], affinity, tolerations } },
  },
});

export const controllerName = "spirl-controller";

/** What the vendor's chart installs. The agent tolerates every taint; the CSI driver, like many charts' second DaemonSet, none. */
export const installation: readonly Manifest[] = [
  onEachNode(agentName, agent, [{ operator: "Exists" }]),
  onEachNode(csiDaemonSet, driver, []),
  {
    kind: "Deployment",
    metadata: { name: controllerName, namespace: spirlNamespace, labels: byHelm(controllerName) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: controllerName } },
      template: {
        metadata: { labels: { app: controllerName } },
        spec: { containers: [{ name: controllerName, image: "ghcr.io/spirl/spirl-controller:1.0.0" }] },
      },
    },
  },
  {
    kind: "Service",
    metadata: { name: webhookName, namespace: spirlNamespace, labels: byHelm(controllerName) },
    spec: { selector: { app: controllerName }, ports: [{ name: "https", port: 443, targetPort: 8443 }] },
  },
];

export const webhook = (reach: Reach): Manifest<"MutatingWebhookConfiguration"> => ({
  kind: "MutatingWebhookConfiguration",
  metadata: { name: webhookName, labels: byHelm(controllerName) },
  webhooks: [
    {
      name: "inject.spirl.com",
      clientConfig: { service: { namespace: spirlNamespace, name: webhookName, path: "/inject", port: 443 }, caBundle },
      rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], scope: "Namespaced" }],
      failurePolicy: "Ignore",
      ...(reach === "by-pod-label" ? { objectSelector: labelled } : { namespaceSelector: labelled }),
      timeoutSeconds: 5,
    },
  ],
});
