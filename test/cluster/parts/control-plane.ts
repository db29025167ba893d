import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Admin } from "./admin.ts";
import { type Certificates, signingKey } from "./certificates.ts";
import type { Binaries } from "./install.ts";
import { type Part, startPart, untilReady } from "./process.ts";
import type { Users } from "./users.ts";

export interface ControlPlaneOptions {
  readonly binaries: Binaries;
  readonly dir: string;
  readonly ports: { readonly api: number; readonly etcd: number; readonly etcdPeer: number };
  /** Unix socket of the way into the cluster. */
  readonly egress: string;
  /** Of the API server, and of the fake kubelets. */
  readonly serving: Certificates;
  readonly users: Users;
  /** The file that says who is asked about other tokens than theirs. */
  readonly tokenReview: string | undefined;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly admin: Admin;
  /** Called with each part as it starts, so that a failed start can end them all. */
  readonly started: (part: Part) => void;
}

/** Starts etcd, the API server, the controller manager and the scheduler; resolves when the API server says that it is ready. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<void> {
  const { binaries, dir, users, started, admin } = options;
  const key = await signingKey(dir);
  started(startPart({ name: "etcd", command: binaries.etcd, dir, args: etcdFlags(options) }));
  const apiserver = startPart({ name: "kube-apiserver", command: binaries.apiserver, dir, args: await apiserverFlags(options, key) });
  started(apiserver);
  await untilReady(apiserver, 60, async () => (await admin.send("GET", "/readyz")).status === 200);
  const controllerFlags = [
    `--kubeconfig=${users.kubeconfig("system:kube-controller-manager")}`,
    `--service-account-private-key-file=${key}`,
    `--root-ca-file=${options.serving.ca}`,
    "--use-service-account-credentials=true",
    "--node-monitor-grace-period=5m",
    ...alone,
  ];
  started(startPart({ name: "kube-controller-manager", command: binaries.controllerManager, dir, args: controllerFlags }));
  const schedulerFlags = [`--kubeconfig=${users.kubeconfig("system:kube-scheduler")}`, ...alone];
  started(startPart({ name: "kube-scheduler", command: binaries.scheduler, dir, args: schedulerFlags }));
}

/** One of its kind, on loopback without a port of its own, and not slowed down by limits made for large clusters. */
const alone = ["--leader-elect=false", "--secure-port=0", "--kube-api-qps=500", "--kube-api-burst=1000"];

function etcdFlags({ dir, ports }: ControlPlaneOptions): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    "--name=test",
    `--data-dir=${join(dir, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
    "--unsafe-no-fsync",
  ];
}

async function apiserverFlags(options: ControlPlaneOptions, key: string): Promise<string[]> {
  const { dir, ports, serving, users, tokenReview, auditLog } = options;
  const auditPolicy = join(dir, "audit-policy.yaml");
  const egressFile = join(dir, "egress.yaml");
  await writeFile(auditPolicy, options.auditPolicy);
  await writeFile(egressFile, egressConfiguration(options.egress));
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${ports.api}`,
    `--tls-cert-file=${serving.cert}`,
    `--tls-private-key-file=${serving.key}`,
    "--endpoint-reconciler-type=none",
    "--authorization-mode=Node,RBAC",
    `--token-auth-file=${users.tokenFile}`,
    ...(tokenReview ? [`--authentication-token-webhook-config-file=${tokenReview}`, "--authentication-token-webhook-version=v1"] : []),
    `--service-account-issuer=https://127.0.0.1:${ports.api}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    "--service-cluster-ip-range=10.96.0.0/16",
    "--kubelet-preferred-address-types=InternalIP",
    `--kubelet-certificate-authority=${serving.ca}`,
    `--audit-log-path=${auditLog}`,
    `--audit-policy-file=${auditPolicy}`,
    "--audit-log-maxsize=0",
    // Webhooks by service are then called at an endpoint's address, as kube-proxy would do, instead of an address that leads nowhere here.
    "--enable-aggregator-routing=true",
    `--egress-selector-config-file=${egressFile}`,
    "--profiling=false",
  ];
}

/** What the API server sends into the cluster goes through `egress.ts`, which knows where fake addresses lead. */
function egressConfiguration(udsName: string): string {
  const connection = { proxyProtocol: "HTTPConnect", transport: { uds: { udsName } } };
  return stringify({
    apiVersion: "apiserver.k8s.io/v1beta1",
    kind: "EgressSelectorConfiguration",
    egressSelections: [{ name: "cluster", connection }],
  });
}
