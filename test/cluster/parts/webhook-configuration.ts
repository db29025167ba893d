import type { Admin } from "./admin.ts";
import { bundle, type Certificates } from "./certificates.ts";
import { NAMESPACE, WEBHOOK, webhookEndpoints } from "./installation.ts";
import { until } from "./process.ts";
import type { WebhookServer } from "./webhook.ts";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** Which pods the webhook is asked about. What is left out matches everything. */
export interface WebhookReach {
  readonly objectSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  /** Default `Ignore`, as shipped by the vendor. */
  readonly failurePolicy?: "Ignore" | "Fail";
}

/** The vendor's default. */
export const BY_POD_LABEL: WebhookReach = { objectSelector: { matchLabels: { "k8s.spirl.com/spiffe-csi": "enabled" } } };

export interface Webhook {
  /** Reviews answered so far, dry runs included. */
  readonly calls: () => number;
  /** Takes the webhook down: nobody listens, and (unless `keepEndpoints`) its service has no endpoints. Resolves when that is in effect. */
  readonly stop: (options?: { readonly keepEndpoints?: boolean }) => Promise<void>;
  readonly start: () => Promise<void>;
  /** Replaces the selectors, conditions and failure policy. Resolves when the API server follows them. */
  readonly restrict: (reach: WebhookReach) => Promise<void>;
  /** Removes the configuration, as if the vendor's chart were not installed; `restrict` brings it back. */
  readonly remove: () => Promise<void>;
}

export interface WebhookOptions {
  readonly admin: Admin;
  readonly server: WebhookServer;
  readonly serving: Certificates;
  /** `service`: by the vendor's service, as shipped. `url`: by the loopback address itself. Both are really called. */
  readonly by: "service" | "url";
  readonly port: number;
}

const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

export function vendorWebhook({ admin, server, serving, by, port }: WebhookOptions): Webhook {
  const settle = settler(admin);
  let listening = false;
  return {
    calls: server.calls,
    async restrict(reach) {
      const caBundle = await bundle(serving.ca);
      const service = { name: WEBHOOK, namespace: NAMESPACE, path: "/inject", port: 443 };
      const clientConfig = by === "service" ? { service, caBundle } : { url: `https://127.0.0.1:${port}/inject`, caBundle };
      const webhooks = [{ ...common, name: "inject.spirl.com", clientConfig, rules: podsCreated, ...reach }];
      // A patch where there is one, for its creationTimestamp tells which pods are older than the webhook.
      const path = `${CONFIGURATIONS}/${WEBHOOK}`;
      const { status, body } = await admin.send("PATCH", path, { webhooks }, "application/merge-patch+json");
      if (status === 404) await admin.create(CONFIGURATIONS, configuration(WEBHOOK, webhooks));
      else if (status !== 200) throw new Error(`PATCH ${path}: ${status} ${body}`);
      await settle();
    },
    async remove() {
      await admin.send("DELETE", `${CONFIGURATIONS}/${WEBHOOK}`);
      await settle();
    },
    async stop({ keepEndpoints = false } = {}) {
      if (listening) await server.close();
      listening = false;
      if (!keepEndpoints) await scale(admin, 0);
    },
    async start() {
      if (!listening) await server.listen();
      listening = true;
      await scale(admin, 1);
    },
  };
}

const common = { admissionReviewVersions: ["v1"], sideEffects: "None", timeoutSeconds: 5, failurePolicy: "Ignore" };
const podsCreated = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"], scope: "Namespaced" }];

function configuration(name: string, webhooks: readonly unknown[]): unknown {
  return { apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration", metadata: { name }, webhooks };
}

/** Replicas of the vendor's controller: its pods are the endpoints of the webhook's service. */
async function scale(admin: Admin, replicas: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/spirl-controller`;
  const { status, body } = await admin.send("PATCH", path, { spec: { replicas } }, "application/merge-patch+json");
  if (status !== 200) throw new Error(`scaling spirl-controller: ${status} ${body}`);
  await until(`the webhook's service has ${replicas} endpoints`, 20, async () => (await webhookEndpoints(admin)) === replicas);
}

/**
 * A changed configuration takes effect some 100 ms after it is stored, and nothing tells when. But the API server learns changes of one kind in
 * order: so one more webhook is stored, which denies a certain dry run, and once that is denied, all that was stored before is in effect too.
 */
function settler(admin: Admin): () => Promise<void> {
  let count = 0;
  return async () => {
    const name = `test-bed-settle-${++count}`;
    const labels = { "test-bed/settle": String(count) };
    const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"], scope: "Namespaced" }];
    const nobody = { ...common, name: "settle.test-bed.invalid", clientConfig: { url: "https://127.0.0.1:1/" }, failurePolicy: "Fail" };
    await admin.create(CONFIGURATIONS, configuration(name, [{ ...nobody, rules, objectSelector: { matchLabels: labels } }]));
    const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } };
    await until("the webhook's configuration is in effect", 20, async () => {
      const { body } = await admin.send("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", probe);
      return body.includes("settle.test-bed.invalid");
    });
    await admin.send("DELETE", `${CONFIGURATIONS}/${name}`);
  };
}
