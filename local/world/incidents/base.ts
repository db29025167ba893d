import { injectLabel, spirlNamespace } from "../controllers/spirl.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import { ago, apply, day, type Happening } from "./history.ts";
import { installation, type Reach, webhook } from "./installation.ts";
import { daemonSet, deployment, namespace, statefulSet } from "./manifests.ts";

const teamNamespaces = ["payments", "billing", "search", "shop"] as const;
const nodeNames = ["ip-10-0-1-11", "ip-10-0-2-12", "ip-10-0-3-13"].map((name) => `${name}.eu-west-1.compute.internal`);

export interface Base {
  readonly reach?: Reach;
  /** When the webhook was installed, in milliseconds before the start. The workloads below came two days before it, or after it. */
  readonly webhookAgo?: number;
  /** A taint of the last node, that the workloads below do not tolerate. */
  readonly taint?: { readonly key: string; readonly value: string };
}

/** Twelve owners with thirty pods, all injected and Ready if the webhook was there before them. */
const workloads: readonly Manifest[] = [
  deployment({ namespace: "payments", name: "gateway", replicas: 3 }),
  deployment({ namespace: "billing", name: "invoices" }),
  statefulSet({ namespace: "billing", name: "ledger", replicas: 3 }),
  deployment({ namespace: "billing", name: "tax" }),
  deployment({ namespace: "search", name: "indexer" }),
  deployment({ namespace: "search", name: "query", replicas: 3 }),
  daemonSet({ namespace: "search", name: "log-shipper" }),
  deployment({ namespace: "shop", name: "cart" }),
  deployment({ namespace: "shop", name: "catalog", replicas: 3 }),
  deployment({ namespace: "shop", name: "frontend", replicas: 3 }),
  deployment({ namespace: "shop", name: "recommendations" }),
  statefulSet({ namespace: "shop", name: "sessions" }),
];

/** The healthy cluster, as it came about: a month old, the vendor's chart installed a week ago, the workloads deployed two days ago. */
export function base({ reach = "by-pod-label", webhookAgo = 7 * day, taint }: Base = {}): Happening[] {
  const labels = reach === "by-namespace-label" ? { [injectLabel]: "enabled" } : {};
  const namespaces = [
    namespace("default"),
    namespace("kube-system"),
    namespace(spirlNamespace),
    ...teamNamespaces.map((name) => namespace(name, labels)),
  ];
  return [
    ...ago(
      30 * day,
      apply(namespaces, "kubectl-create"),
      apply(
        nodeNames.flatMap((name, i) => node(name, i, i === 2 ? taint : undefined)),
        "kubelet",
      ),
    ),
    ...ago(Math.max(8 * day, webhookAgo), apply(installation, "helm")),
    ...ago(webhookAgo, apply([webhook(reach)], "helm")),
    ...ago(2 * day, apply(workloads)),
  ];
}

function node(name: string, index: number, taint: Base["taint"]): Manifest[] {
  const address = name.split(".", 1)[0]?.replace("ip-", "").replaceAll("-", ".") ?? "";
  const zone = `eu-west-1${"abc"[index]}`;
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "node.kubernetes.io/instance-type": "m6i.large",
    "topology.kubernetes.io/zone": zone,
  };
  const conditions = [
    {
      type: "MemoryPressure",
      status: "False" as const,
      reason: "KubeletHasSufficientMemory",
      message: "kubelet has sufficient memory available",
    },
    { type: "Ready", status: "True" as const, reason: "KubeletReady", message: "kubelet is posting ready status" },
  ];
  const nodeInfo = {
    kubeletVersion: "v1.37.2",
    containerRuntimeVersion: "containerd://2.1.4",
    operatingSystem: "linux",
    architecture: "amd64",
  };
  return [
    {
      kind: "Node",
      metadata: { name, labels },
      spec: { providerID: `aws:///${zone}/i-practice${index}`, ...(taint && { taints: [{ ...taint, effect: "NoSchedule" }] }) },
      status: { conditions, addresses: [{ type: "InternalIP", address }], nodeInfo },
    },
    {
      kind: "CSINode",
      metadata: { name },
      spec: { drivers: [{ name: "ebs.csi.aws.com", nodeID: `i-practice${index}`, topologyKeys: null }] },
    },
  ];
}
