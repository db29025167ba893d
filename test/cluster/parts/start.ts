import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Admin, admin as adminClient } from "./admin.ts";
import { auditReader, defaultAuditPolicy } from "./audit.ts";
import { certificates } from "./certificates.ts";
import type { ClusterOptions, RealCluster } from "./cluster.ts";
import { startControlPlane } from "./control-plane.ts";
import { startEgress } from "./egress.ts";
import { type Exporter, startExporter } from "./exporter.ts";
import { install } from "./install.ts";
import { agentPods, createInstallation, installationReady, NAMESPACE, registerDriver, WEBHOOK, WEBHOOK_POD_PORT } from "./installation.ts";
import { createNodes, type NodeSpec, startKwok } from "./kwok.ts";
import { HEALTHY_LOG, writeLog } from "./kwok-logs.ts";
import { Lifetime } from "./lifetime.ts";
import { startMonitoring } from "./monitoring.ts";
import { freePorts, until } from "./process.ts";
import { run } from "./run.ts";
import { startTokenReview } from "./token-review.ts";
import { Users } from "./users.ts";
import { webhookServer } from "./webhook.ts";
import { BY_POD_LABEL, vendorWebhook, type Webhook } from "./webhook-configuration.ts";

export type { ClusterOptions, RealCluster } from "./cluster.ts";

/**
 * Starts a real control plane with fake nodes, the vendor's installation in small, and on demand Prometheus and Alertmanager; all on loopback.
 * Builds what is missing first, which takes a quarter of an hour once. If a part does not start, the error ends with the end of its log.
 */
export async function startCluster(options: ClusterOptions): Promise<RealCluster> {
  const life = new Lifetime();
  try {
    return await start(options, life);
  } catch (error) {
    await life.stop();
    throw error;
  }
}

async function start(options: ClusterOptions, life: Lifetime): Promise<RealCluster> {
  const ground = await prepare(options);
  const { binaries, dir, ports, serving, users, url } = ground;
  const admin = client(ground, life, "admin");
  const bed = client(ground, life, "test-bed"); // a user of its own: what `admin` does in the audit log, a test did
  const exporter = await startExporter({ port: ports.exporter, agents: () => agentPods(bed), now: () => performance.now() });
  life.until(exporter.close);
  const monitoring = options.prometheus ? monitor(options, ground, exporter, life) : Promise.resolve();
  monitoring.catch(() => undefined); // awaited at the end: until then its failure must not count as unhandled

  const egress = await startEgress((_, port) => ({ [WEBHOOK_POD_PORT]: ports.webhook, [ports.kwok]: ports.kwok })[port]);
  life.until(egress.close);
  const auditLog = join(dir, "audit.log");
  const { auditPolicy = defaultAuditPolicy, manifests = [], commands = {}, nodes = threeNodes, authenticate } = options;
  const tokenReview = authenticate && (await startTokenReview({ dir, port: ports.review, authenticate }));
  if (tokenReview) life.until(tokenReview.close);
  const asked = { egress: egress.socket, tokenReview: tokenReview?.config };
  await startControlPlane({ ...ground, ...asked, auditPolicy, auditLog, admin: bed, started: life.started });
  await createInstallation(bed);
  const kubectl = kubectlAs(ground, "admin");
  if (manifests.length > 0) await kubectl(["apply", "--server-side", "-f", "-"], manifests.join("\n---\n"));
  const setLog: RealCluster["setLog"] = (container, lines, previous) => writeLog(dir, container, lines, previous);
  setLog("spirl-agent", HEALTHY_LOG);
  setLog("*", ["started"]);
  await startKwok({ ...ground, port: ports.kwok, kubeconfig: users.kubeconfig("kwok"), admin: bed, commands, started: life.started });
  const addNodes = async (more: readonly NodeSpec[]) => {
    await createNodes(bed, more);
    await registerDriver(bed, more);
    await until("agents and CSI drivers are Ready on their nodes", 60, () => installationReady(bed, more));
  };
  await addNodes(nodes);
  const webhook = await startWebhook(options, ground, bed, life);
  await monitoring;

  const monitored = (port: number) => (options.prometheus ? `http://127.0.0.1:${port}` : undefined);
  return {
    url,
    caFile: serving.ca,
    binaries,
    kubeconfig: (user) => users.kubeconfig(user),
    token: (user) => users.token(user),
    kubectl,
    admin,
    audit: auditReader(auditLog, admin),
    webhook,
    exporter,
    agents: () => agentPods(bed),
    addNodes,
    setLog,
    prometheusUrl: monitored(ports.prometheus),
    alertmanagerUrl: monitored(ports.alertmanager),
    pids: life.pids,
    stop: life.stop,
  };
}

const threeNodes: readonly NodeSpec[] = ["node-1", "node-2", "node-3"].map((name) => ({ name }));

/** What has to be there before the first process starts. */
async function prepare({ dir, users: more }: ClusterOptions) {
  const binaries = await install();
  await mkdir(dir, { recursive: true });
  const [api = 0, etcd = 0, etcdPeer = 0, kwok = 0, webhook = 0, review = 0, exporter = 0, prometheus = 0, alertmanager = 0] =
    await freePorts(9);
  const serving = await certificates(dir, "apiserver", ["kubernetes.default.svc"]);
  const webhookServing = await certificates(dir, "webhook", [`${WEBHOOK}.${NAMESPACE}.svc`]);
  const url = `https://127.0.0.1:${api}`;
  const users = new Users(dir, more);
  await users.write(url, serving.ca);
  return {
    binaries,
    dir,
    ports: { api, etcd, etcdPeer, kwok, webhook, review, exporter, prometheus, alertmanager },
    serving,
    webhookServing,
    url,
    users,
  };
}

type Ground = Awaited<ReturnType<typeof prepare>>;

function client({ url, serving, users }: Ground, life: Lifetime, user: string): Admin {
  const made = adminClient(url, serving.ca, users.token(user));
  life.until(async () => made.close());
  return made;
}

function kubectlAs({ binaries, dir, users }: Ground, user: string): RealCluster["kubectl"] {
  // Neither caches nor preferences of the machine's own user.
  const env = { KUBECACHEDIR: join(dir, "kubectl-cache"), KUBECTL_KUBERC: "false" };
  return (args, stdin = "") => run(binaries.kubectl, [`--kubeconfig=${users.kubeconfig(user)}`, ...args], { stdin, env });
}

async function startWebhook(options: ClusterOptions, { ports, webhookServing }: Ground, admin: Admin, life: Lifetime): Promise<Webhook> {
  const { by = "service", reach = BY_POD_LABEL } = options.webhook ?? {};
  const server = webhookServer(ports.webhook, webhookServing);
  life.until(server.close);
  const webhook = vendorWebhook({ admin, server, serving: webhookServing, by, port: ports.webhook });
  await webhook.start();
  await webhook.restrict(reach);
  return webhook;
}

function monitor(options: ClusterOptions, ground: Ground, exporter: Exporter, life: Lifetime): Promise<void> {
  const { url, serving, users } = ground;
  const { cluster = "test", ruleFiles = [], alertmanagerWebhook, scrapeTargets = [] } = options;
  const apiserver = { job: "apiserver", url: `${url}/metrics`, bearerToken: users.token("test-bed"), caFile: serving.ca };
  const targets = [{ job: "spirl-agent", url: exporter.url }, apiserver, ...scrapeTargets];
  return startMonitoring({ ...ground, cluster, targets, ruleFiles, webhook: alertmanagerWebhook, started: life.started });
}
