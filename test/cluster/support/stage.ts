import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access } from "../../../adapters/kubernetes/config.ts";
import { loadPolicy } from "../../../adapters/policy/parse.ts";
import { instant } from "../../../kernel/time.ts";
import type { Instant, Policy } from "../../../kernel/types/index.ts";
import { type Opened, type Outside, openOutside } from "../../../local/outside.ts";
import { provisionToken } from "../../../local/provision.ts";
import { openSession, type Session } from "../../../local/session.ts";
import { freePorts } from "../parts/process.ts";
import { type RealCluster, startCluster } from "../parts/start.ts";
import { type Gate, openGate } from "./gate.ts";
import { openPatrolPage, type PatrolPage } from "./patrolled.ts";
import { type Stories, stories } from "./stories.ts";

/** Name of the cluster in alerts, series and records. */
export const clusterName = "test";

const ops = join(import.meta.dirname, "../../../ops");
export const generated = ["rbac", "admission"].map((name) => readFileSync(join(ops, `generated/${name}.yaml`), "utf8"));
export const ruleFiles = readdirSync(join(ops, "alerts"))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => join(ops, "alerts", name));

/** Our pipeline on real servers: what is in `ops/` installed, Prometheus' alerts coming in through Alertmanager. */
export interface Stage {
  readonly cluster: RealCluster;
  readonly session: Session;
  readonly policy: Policy;
  readonly stories: Stories;
  readonly patrol: PatrolPage;
  /** The way on which evict-workload goes to the API server. */
  readonly gate: Gate;
  readonly ticketsDir: string;
  now(): Instant;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), "stage-"));
  const dataDir = join(dir, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  const closing: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  const close = async () => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    const policy = loadPolicy(join(import.meta.dirname, "policy.yaml"));
    const [port = 0] = await freePorts(1);
    const patrol = await openPatrolPage(clusterName);
    closing.push(patrol.close);
    // Alertmanager is configured with our address and token before we are there.
    const alertmanagerWebhook = { url: `http://127.0.0.1:${port}/alerts`, bearerToken: provisionToken(dataDir, clusterName).secret };
    const cluster = await startCluster({
      dir: join(dir, "cluster"),
      cluster: clusterName,
      prometheus: true,
      manifests: generated,
      ruleFiles,
      alertmanagerWebhook,
      scrapeTargets: [{ job: "remediator", url: patrol.url }],
    });
    closing.push(cluster.stop);
    const gate = await openGate(cluster);
    closing.push(gate.close);
    const told = stories();
    const outside = outsideOf(cluster, gate, policy);
    const session = await openSession({
      dataDir,
      port,
      cluster: clusterName,
      policy,
      outside,
      approver: { by: "nobody" },
      watcher: told.watcher,
    });
    closing.push(session.close);
    const eyes: Opened = openOutside(outside, now);
    closing.push(eyes.close, patrol.look({ world: eyes.world, ledger: session.pipeline.ledger, policy }));
    return { cluster, session, policy, stories: told, patrol, gate, ticketsDir: join(dataDir, "tickets"), now, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const now = () => instant(Date.now());

function outsideOf(cluster: RealCluster, gate: Gate, { timing }: Policy): Outside {
  const as = (user: string): Access => ({ by: "kubeconfig", file: cluster.kubeconfig(user) });
  const timeoutSeconds = timing.requestTimeoutSeconds;
  return {
    reader: as("reader"),
    writers: {
      EvictWorkload: { by: "token", server: gate.url, token: cluster.token("evict-workload") },
      RolloutWorkload: as("rollout-workload"),
      LabelNamespace: as("label-namespace"),
    },
    prometheus: { url: cluster.prometheusUrl ?? "", timeoutSeconds },
    alertmanager: { url: cluster.alertmanagerUrl ?? "", timeoutSeconds },
    requestTimeoutSeconds: timeoutSeconds,
  };
}
