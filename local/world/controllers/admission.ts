import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster.ts";
import { selects } from "../kubernetes/label-selector.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { Container, PodSpec, Webhook } from "../kubernetes/objects.ts";
import { internal } from "../kubernetes/status.ts";
import { suffix } from "../kubernetes/store.ts";
import { onFargate } from "./fargate.ts";
import { hasSpiffeVolume, webhookName } from "./spirl.ts";

type NewPod = Manifest<"Pod">;

/** Mutating admission of a new pod: EKS for Fargate, then the webhooks that want it and can be called. Throws 500 where one must be asked and cannot. */
export function admit(cluster: Cluster, pod: NewPod, dryRun: boolean): NewPod {
  let admitted = withToken(onFargate(cluster, pod));
  for (const configuration of cluster.store.list("MutatingWebhookConfiguration")) {
    for (const webhook of configuration.webhooks) {
      if (!isAsked(cluster, webhook, admitted)) continue;
      const down = whyDown(cluster, webhook);
      if (down === undefined) {
        if (configuration.metadata.name === webhookName) admitted = { ...admitted, spec: injected(admitted.spec as PodSpec) };
      } else if (webhook.failurePolicy === "Fail") throw internal(down);
      else if (!dryRun) cluster.failedOpen.set(webhook.name, (cluster.failedOpen.get(webhook.name) ?? 0) + 1);
    }
  }
  return admitted;
}

/** Rules, both selectors and conditions must agree. Of CEL only `true` and `false` are understood here. */
function isAsked({ store }: Cluster, webhook: Webhook, { metadata }: NewPod): boolean {
  const has = (list: readonly string[], ...wanted: string[]) => wanted.some((each) => list.includes(each));
  const ruled = webhook.rules.some(
    ({ operations, apiGroups, apiVersions, resources, scope }) =>
      has(operations, "CREATE", "*") &&
      has(apiGroups, "", "*") &&
      has(apiVersions, "v1", "*") &&
      has(resources, "pods", "*", "*/*") &&
      scope !== "Cluster",
  );
  const namespace = store.get("Namespace", metadata.namespace ?? "");
  return (
    ruled &&
    selects(webhook.namespaceSelector, namespace?.metadata.labels) &&
    selects(webhook.objectSelector, metadata.labels) &&
    (webhook.matchConditions ?? []).every(({ name, expression }) => {
      if (expression !== "true" && expression !== "false") throw internal(`the practice world cannot evaluate the match condition ${name}`);
      return expression === "true";
    })
  );
}

/** The API server's error where the webhook's service leads nowhere; undefined where it can be called. */
function whyDown({ store }: Cluster, { name, clientConfig: { service }, timeoutSeconds }: Webhook): string | undefined {
  if (!service) return undefined;
  const slices = store
    .list("EndpointSlice", service.namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service.name);
  if (slices.some(({ endpoints }) => endpoints.some(({ conditions }) => conditions.ready))) return undefined;
  const url = `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path ?? "/"}?timeout=${timeoutSeconds}s`;
  const there = store.get("Service", service.name, service.namespace);
  const why = there ? `no endpoints available for service "${service.name}"` : `service "${service.name}" not found`;
  return `failed calling webhook "${name}": failed to call webhook: Post "${url}": ${why}`;
}

/** The service account's token, which every pod has: a volume that is not ours. */
function withToken(pod: NewPod): NewPod {
  const name = `kube-api-access-${suffix(randomUUID())}`;
  const mount = { name, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true };
  const { spec = {} } = pod;
  const volumes = [
    ...(spec.volumes ?? []),
    { name, projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: "token" } }] } },
  ];
  const containers = (spec.containers ?? []).map((each) => ({ ...each, volumeMounts: [...(each.volumeMounts ?? []), mount] }));
  return { ...pod, spec: { ...spec, volumes, containers } };
}

/** What the vendor's webhook adds. A pod that brings its own volume is left as it is. */
function injected(spec: PodSpec): PodSpec {
  if (hasSpiffeVolume(spec)) return spec;
  const volume = "spirl-agent-socket";
  const mount = (container: Container): Container => ({
    ...container,
    env: [...(container.env ?? []), { name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///spirl-agent-socket/agent.sock" }],
    volumeMounts: [...(container.volumeMounts ?? []), { name: volume, mountPath: "/spirl-agent-socket", readOnly: true }],
  });
  return {
    ...spec,
    volumes: [...(spec.volumes ?? []), { name: volume, csi: { driver: "csi.spiffe.io", readOnly: true } }],
    containers: spec.containers.map(mount),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mount) } : {}),
  };
}
