import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Admin } from "./admin.ts";
import type { Certificates } from "./certificates.ts";
import type { Binaries } from "./install.ts";
import { clusterLogs } from "./kwok-logs.ts";
import { everyPodRunsLocally, onlyTerminating } from "./kwok-objects.ts";
import { type Part, startPart, until, untilReady } from "./process.ts";

export interface NodeSpec {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** False: neither a pod of the CSI driver nor its registration on this node. */
  readonly csiDriver?: false;
}

/** Label that keeps the CSI driver's DaemonSet off a node. */
export const WITHOUT_DRIVER = "test-bed/without-csi-driver";

export interface KwokOptions {
  readonly binaries: Binaries;
  readonly dir: string;
  readonly port: number;
  readonly serving: Certificates;
  readonly kubeconfig: string;
  readonly admin: Admin;
  /** Scripts by command name, for `kubectl exec`; none: exec is refused. */
  readonly commands: Readonly<Record<string, string>>;
  readonly started: (part: Part) => void;
}

const GROUP = "/apis/kwok.x-k8s.io/v1alpha1";
const NEEDED = ["stages", "logs", "clusterlogs", "execs", "clusterexecs"];

/** Starts kwok, which plays the kubelet of every node: it makes nodes and pods Ready, serves logs, and runs `commands` for exec. */
export async function startKwok(options: KwokOptions): Promise<void> {
  const { binaries, dir, port, serving, admin, started } = options;
  await createDefinitions(binaries.kwokCrds, admin);
  const stages = parseAllDocuments(readFileSync(join(import.meta.dirname, "kwok-stages.yaml"), "utf8"));
  await Promise.all(stages.map((stage) => admin.create(`${GROUP}/stages`, stage.toJS())));
  await admin.create(`${GROUP}/clusterlogs`, clusterLogs(dir));
  for (const [path, object] of onlyTerminating) await admin.create(`/apis/admissionregistration.k8s.io/v1/${path}`, object);
  const path = await writeCommands(options);
  if (Object.keys(options.commands).length > 0) await admin.create(`${GROUP}/clusterexecs`, everyPodRunsLocally);
  const args = [
    `--kubeconfig=${options.kubeconfig}`,
    "--manage-all-nodes",
    "--node-ip=127.0.0.1",
    `--node-port=${port}`,
    `--server-address=127.0.0.1:${port}`,
    `--tls-cert-file=${serving.cert}`,
    `--tls-private-key-file=${serving.key}`,
    "--enable-crds=Stage,Logs,ClusterLogs,Exec,ClusterExec",
    "--node-lease-duration-seconds=40",
  ];
  // kwok runs what is asked by exec on this machine, as this user, with its own environment: so it gets none, and a PATH with nothing else in it.
  const kwok = startPart({ name: "kwok", command: binaries.kwok, dir, args, env: { PATH: path, HOME: path } });
  started(kwok);
  await untilReady(kwok, 30, async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
}

/** Nodes that kwok then makes Ready. */
export async function createNodes(admin: Admin, nodes: readonly NodeSpec[]): Promise<void> {
  for (const { name, labels, taints, csiDriver } of nodes) {
    const usual = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
    const metadata = { name, labels: { ...usual, ...(csiDriver === false ? { [WITHOUT_DRIVER]: "true" } : {}), ...labels } };
    await admin.create("/api/v1/nodes", {
      apiVersion: "v1",
      kind: "Node",
      metadata,
      ...(taints === undefined ? {} : { spec: { taints } }),
    });
  }
}

async function createDefinitions(folder: string, admin: Admin): Promise<void> {
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const files = readdirSync(folder).filter((file) => NEEDED.some((plural) => file === `kwok.x-k8s.io_${plural}.yaml`));
  await Promise.all(files.map((file) => admin.create(definitions, parse(readFileSync(join(folder, file), "utf8")))));
  await until("kwok's resources are served", 20, async () => {
    const answers = await Promise.all(NEEDED.map((plural) => admin.send("GET", `${GROUP}/${plural}`)));
    return answers.every(({ status }) => status === 200);
  });
}

async function writeCommands({ dir, commands }: KwokOptions): Promise<string> {
  const path = join(dir, "exec-path");
  mkdirSync(path, { recursive: true });
  for (const [name, script] of Object.entries(commands)) {
    await writeFile(join(path, name), script);
    await chmod(join(path, name), 0o755);
  }
  return path;
}
