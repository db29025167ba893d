import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubeConfigOf } from "../../adapters/kubernetes/config.ts";
import { type Connection, connect } from "../../adapters/kubernetes/connection.ts";
import { kubernetesReader } from "../../adapters/kubernetes/read.ts";
import { worldOf } from "../../adapters/world/index.ts";
import { instant } from "../../kernel/time.ts";
import type { Expected } from "../../kernel/types/index.ts";
import { patrol } from "../../lambdas/patrol/handler.ts";
import { contentType, patrolMetrics } from "../../local/patrol/metrics.ts";
import { manifests } from "../../ops/generate.ts";
import { aPolicy } from "../support/incidents.ts";
import { labelKey, workload } from "./ops/attempts.ts";
import { type Binaries, install } from "./parts/install.ts";
import { until } from "./parts/process.ts";
import { type RealCluster, startCluster } from "./parts/start.ts";

const MINUTE = 60_000;
const root = join(import.meta.dirname, "../..");
const rules = globSync("ops/alerts/*.yaml", { cwd: root });

let binaries: Binaries;
beforeAll(async () => {
  binaries = await install();
}, 45 * MINUTE);

describe("by their own tools", () => {
  const run = async (command: string, args: readonly string[]) => (await promisify(execFile)(command, args, { cwd: root })).stdout.trim();

  test("promtool finds no fault in the rules", async () => {
    expect(rules.length).toBeGreaterThan(6);
    await run(binaries.promtool, ["check", "rules", ...rules]);
  });

  test.each(globSync("ops/alerts/tests/*.yaml", { cwd: root }))("promtool test rules %s", async (file) => {
    await run(binaries.promtool, ["test", "rules", file]);
  });

  test("amtool finds no fault in the route, which leaves alerts about ourselves to people", async () => {
    const config = "ops/alertmanager/route.yaml";
    await run(binaries.amtool, ["check-config", config]);
    const receiver = (...labels: string[]) => run(binaries.amtool, ["config", "routes", "test", `--config.file=${config}`, ...labels]);
    // Without `continue` in what follows, the first that matches is the only one named.
    expect(await receiver("alertname=SpirlSvidOutdated", "scenario=workloads-not-receiving-svids")).toBe("remediator");
    expect(await receiver("alertname=RemediatorPatrolStale", "severity=warning")).toBe("people");
  });
});

describe("with a real Prometheus, the patrol", () => {
  let cluster: RealCluster;
  let connection: Connection;
  let dir: string;
  const metrics = patrolMetrics("test");
  const page = createServer((_request, answer) => void answer.writeHead(200, { "content-type": contentType }).end(metrics.page()));

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "ops-alerts-"));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const { port } = page.address() as AddressInfo;
    cluster = await startCluster({
      dir,
      manifests: Object.values(manifests()),
      prometheus: true,
      ruleFiles: rules.map((file) => join(root, file)),
      scrapeTargets: [{ job: "remediator", url: `http://127.0.0.1:${port}/metrics` }],
    });
    connection = connect(kubeConfigOf({ by: "kubeconfig", file: cluster.kubeconfig("reader") }), 10);
    await cluster.kubectl(["create", "namespace", "shop"]);
    await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(workload("StatefulSet", "db")));
    await cluster.kubectl(["rollout", "status", "statefulset/db", "-n", "shop", "--timeout=60s"]);
  }, 3 * MINUTE);
  afterAll(async () => {
    await connection?.close();
    await cluster?.stop();
    page.close();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  });

  async function look() {
    const clock = () => instant(Date.now());
    const world = worldOf({ kubernetes: kubernetesReader(connection), clock });
    const expected: readonly Expected[] = [{ namespace: "shop", kind: "StatefulSet", name: "db" }];
    const policy = { ...aPolicy(), expected };
    const ledger = { view: async () => undefined };
    const patrolled = await patrol({
      cluster: "test",
      world,
      policy,
      ledger,
      deliver: async () => ({ status: 200 }),
      clock,
      log: () => {},
    });
    metrics.note(patrolled);
    return patrolled;
  }
  const api = async <T>(path: string): Promise<T> =>
    ((await (await fetch(`${cluster.prometheusUrl}/api/v1/${path}`)).json()) as { data: T }).data;
  interface Alerts {
    readonly alerts: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
  }
  const firing = async (name: string) =>
    (await api<Alerts>("alerts")).alerts.flatMap(({ labels, state }) => (labels.alertname === name && state === "firing" ? [labels] : []));

  test("finds with the reader's rights what was never injected, and the rule fires with the labels of our scheme", async () => {
    expect(await firing("SpirlWorkloadNotInjected")).toEqual([]);
    expect(await look()).toMatchObject({ did: "look", finds: [{ namespace: "shop", kind: "StatefulSet", name: "db", pods: 3 }] });
    await until("the alert fires", 30, async () => (await firing("SpirlWorkloadNotInjected")).length > 0);
    expect(await firing("SpirlWorkloadNotInjected")).toEqual([
      {
        alertname: "SpirlWorkloadNotInjected",
        cluster: "test",
        scenario: "workloads-not-receiving-svids",
        severity: "warning",
        scope: "owner",
        namespace: "shop",
        workload_kind: "StatefulSet",
        workload: "db",
      },
    ]);
  });

  test("finds the pod that slipped through while the webhook was down, and the API server's own metric fires our rule", async () => {
    expect(await firing("SpirlWebhookFailOpen")).toEqual([]);
    await cluster.webhook.stop();
    const pod = {
      metadata: { name: "slipped", labels: { [labelKey]: "enabled" } },
      spec: { containers: [{ name: "app", image: "app:1" }] },
    };
    expect(await cluster.admin.send("POST", "/api/v1/namespaces/shop/pods", pod)).toMatchObject({ status: 201 });
    expect(await look()).toMatchObject({ finds: expect.arrayContaining([{ namespace: "shop", kind: "Pod", name: "slipped", pods: 1 }]) });
    await until("the alert fires", 30, async () => (await firing("SpirlWebhookFailOpen")).length > 0);
    expect(await firing("SpirlWebhookFailOpen")).toMatchObject([{ cluster: "test", scope: "cluster" }]);
  });

  test("is not alone: every rule is evaluated without an error", async () => {
    interface Rules {
      readonly groups: readonly { readonly rules: readonly { readonly name: string; readonly health: string }[] }[];
    }
    const all = (await api<Rules>("rules")).groups.flatMap((group) => group.rules);
    expect(all.length).toBeGreaterThan(25);
    expect(all.filter(({ health }) => health !== "ok")).toEqual([]);
  });
});
