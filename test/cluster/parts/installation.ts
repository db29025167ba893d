import type { Admin } from "./admin.ts";
import { type NodeSpec, WITHOUT_DRIVER } from "./kwok.ts";
import { AGENT_CONTAINER } from "./kwok-logs.ts";

export const NAMESPACE = "spirl-system";
export const WEBHOOK = "spirl-controller-webhook";
/** Port of the controller's pods behind the webhook's service. */
export const WEBHOOK_POD_PORT = 8443;
const AGENT_APP = "spirl-agent";
const DRIVER_APP = "spiffe-csi-driver";
const FARGATE = { key: "eks.amazonaws.com/compute-type", value: "fargate" };

/** An agent's pod, as the exporter and the tests need it. */
export interface AgentPod {
  readonly name: string;
  readonly node: string;
  readonly ready: boolean;
}

/** Creates what the vendor's chart would install, but for the webhook's configuration: agents, CSI driver, controller, its service. */
export async function createInstallation(admin: Admin): Promise<void> {
  await admin.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  const csiDriver = { podInfoOnMount: true, attachRequired: false, volumeLifecycleModes: ["Ephemeral"] };
  await Promise.all([
    admin.create("/apis/storage.k8s.io/v1/csidrivers", {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: "csi.spiffe.io" },
      spec: csiDriver,
    }),
    admin.create(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets`, daemonSet(AGENT_APP, agent)),
    admin.create(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets`, daemonSet(DRIVER_APP, driver)),
    admin.create(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, controller),
    admin.create(`/api/v1/namespaces/${NAMESPACE}/services`, service),
  ]);
}

/** What the CSI driver's registrar and the kubelet would write: the driver is there on these nodes. */
export async function registerDriver(admin: Admin, nodes: readonly NodeSpec[]): Promise<void> {
  for (const { name } of nodes.filter(runsDriver)) {
    const spec = { drivers: [{ name: "csi.spiffe.io", nodeID: name, topologyKeys: null }] };
    await admin.create("/apis/storage.k8s.io/v1/csinodes", { apiVersion: "storage.k8s.io/v1", kind: "CSINode", metadata: { name }, spec });
  }
}

/** True when agent and driver are Ready on each of these nodes that is to have them, and the webhook's service has an endpoint. */
export async function installationReady(admin: Admin, nodes: readonly NodeSpec[]): Promise<boolean> {
  const [agents, drivers] = await Promise.all([agentPods(admin), podsOf(admin, DRIVER_APP)]);
  const on =
    (pods: readonly AgentPod[]) =>
    ({ name }: NodeSpec) =>
      pods.some(({ node, ready }) => node === name && ready);
  const full = nodes.filter(runsAgent).every(on(agents)) && nodes.filter(runsDriver).every(on(drivers));
  return full && (await webhookEndpoints(admin)) > 0;
}

/** Fargate has no DaemonSets. */
const runsAgent = ({ labels }: NodeSpec) => labels?.[FARGATE.key] !== FARGATE.value;
const runsDriver = (node: NodeSpec) => runsAgent(node) && node.csiDriver !== false;

/** Ready endpoints of the webhook's service. */
export async function webhookEndpoints(admin: Admin): Promise<number> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices?labelSelector=kubernetes.io/service-name=${WEBHOOK}`;
  const slices = await admin.get<List<{ endpoints: { conditions: { ready?: boolean } }[] | null }>>(path);
  return slices.items.flatMap((slice) => slice.endpoints ?? []).filter(({ conditions }) => conditions.ready !== false).length;
}

interface RawPod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export function agentPods(admin: Admin): Promise<AgentPod[]> {
  return podsOf(admin, AGENT_APP);
}

async function podsOf(admin: Admin, app: string): Promise<AgentPod[]> {
  const pods = await admin.get<List<RawPod>>(`/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app=${app}`);
  return pods.items
    .filter(({ spec }) => spec.nodeName !== undefined)
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      node: spec.nodeName ?? "",
      ready: status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
    }));
}

interface List<T> {
  readonly items: readonly T[];
}

const agent = {
  name: AGENT_CONTAINER,
  image: "ghcr.io/spirl/spirl-agent:1.0.0",
  env: [
    { name: "SPIRL_ENDPOINT", value: "td.spirl.test:443" },
    { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
  ],
  resources: { requests: { cpu: "25m", memory: "64Mi" }, limits: { cpu: "125m", memory: "256Mi" } },
  ports: [{ name: "metrics", containerPort: 9090 }],
};
const driver = {
  name: "spiffe-csi-driver",
  image: "ghcr.io/spiffe/spiffe-csi-driver:0.2.12",
  resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "150m", memory: "196Mi" } },
};

function daemonSet(name: string, container: unknown): unknown {
  const notOnFargate = { key: FARGATE.key, operator: "NotIn", values: [FARGATE.value] };
  const where = name === DRIVER_APP ? [notOnFargate, { key: WITHOUT_DRIVER, operator: "DoesNotExist" }] : [notOnFargate];
  const nodeSelectorTerms = [{ matchExpressions: where }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [container], affinity, tolerations: [{ operator: "Exists" }] },
  };
  const spec = { selector: { matchLabels: { app: name } }, template, updateStrategy: { type: "RollingUpdate" } };
  return { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name, namespace: NAMESPACE, labels: { app: name } }, spec };
}

const controllerLabels = { app: "spirl-controller" };
const controllerPod = {
  containers: [{ name: "spirl-controller", image: "ghcr.io/spirl/spirl-controller:1.0.0", ports: [{ containerPort: WEBHOOK_POD_PORT }] }],
};
const controller = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "spirl-controller", namespace: NAMESPACE, labels: controllerLabels },
  spec: {
    replicas: 1,
    selector: { matchLabels: controllerLabels },
    template: { metadata: { labels: controllerLabels }, spec: controllerPod },
  },
};
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: WEBHOOK, namespace: NAMESPACE },
  spec: { selector: controllerLabels, ports: [{ name: "https", port: 443, targetPort: WEBHOOK_POD_PORT }] },
};
