import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "./parts/process.ts";
import { type RealCluster, startCluster } from "./parts/start.ts";
import { BY_POD_LABEL } from "./parts/webhook-configuration.ts";
import { injectionLabel, manifest, namespace, workload } from "./support/manifests.ts";
import { generated } from "./support/stage.ts";

const program = join(import.meta.dirname, "../../bin/remediator.ts");
let dir: string;
let cluster: RealCluster;

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
function why(user: string, ...args: readonly string[]): Promise<Said> {
  const all = ["--disable-warning=ExperimentalWarning", program, "why", "--kubeconfig", cluster.kubeconfig(user), ...args];
  return new Promise((resolve) =>
    execFile(process.execPath, all, { cwd: dir, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    ),
  );
}
const metrics = () => ["--prometheus", cluster.prometheusUrl ?? ""];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "why-"));
  cluster = await startCluster({ dir, manifests: generated, prometheus: true });
  await cluster.webhook.remove();
  const older = [
    workload({ name: "older", namespace: "shop", labels: injectionLabel }),
    workload({ kind: "StatefulSet", name: "ledger", namespace: "shop", labels: injectionLabel }),
  ];
  await cluster.kubectl(["apply", "-f", "-"], manifest(namespace("shop"), ...older));
  await cluster.kubectl(["rollout", "status", "deployment/older", "-n", "shop", "--timeout=60s"]);
  await cluster.kubectl(["rollout", "status", "statefulset/ledger", "-n", "shop", "--timeout=60s"]);
  const last = Date.now();
  await until("a second has passed, for the API server counts no fractions", 5, async () => Date.now() > last + 1100);
  await cluster.webhook.restrict(BY_POD_LABEL);
  const younger = [
    workload({ name: "healthy", namespace: "shop", labels: injectionLabel }),
    workload({ name: "unlabelled", namespace: "shop" }),
  ];
  await cluster.kubectl(["apply", "-f", "-"], manifest(...younger));
  for (const name of ["healthy", "unlabelled"]) {
    await cluster.kubectl(["rollout", "status", `deployment/${name}`, "-n", "shop", "--timeout=60s"]);
  }
}, 120_000);

afterAll(async () => {
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

it.each([
  [
    "shop/deployment/unlabelled",
    "svid.pod-label",
    /the template of Deployment shop\/unlabelled does not carry k8s\.spirl\.com\/spiffe-csi=enabled/,
  ],
  ["shop/deployment/older", "svid.older-than-webhook", /older than the webhook spirl-controller-webhook/],
  ["shop/ledger-0", "svid.older-than-webhook", /shop\/ledger-0: the pod has no csi\.spiffe\.io volume/],
])("names the faulty link to who may only read: %s", async (target, check, says) => {
  const json = await why("reader", target, "--json");
  expect(json).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.stringify(JSON.parse(json.stdout))).toContain(check);
  const text = await why("reader", target);
  expect(text).toMatchObject({ code: 1, stdout: expect.stringMatching(says) });
});

it.each([
  ["shop/none", "Pod shop/none"],
  ["shop/deployment/none", "Deployment shop/none"],
  ["nowhere/none", "namespace nowhere"],
])("says that %s is not there, in a line", async (target, what) => {
  expect(await why("reader", target)).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining(`there is no ${what} in cluster `),
  });
});

it("finds nothing wrong with what is whole, where a Prometheus says that SVIDs are minted", async () => {
  await expect
    .poll(async () => (await why("reader", "shop/deployment/healthy", ...metrics())).code, { timeout: 60_000, interval: 500 })
    .toBe(0);
});

it("does not know without a Prometheus whether SVIDs are minted: its own exit code", async () => {
  expect(await why("reader", "shop/deployment/healthy")).toMatchObject({ code: 3, stdout: expect.stringContaining("--prometheus") });
});

it("says unknown, with its own exit code, to who may read nothing", async () => {
  const said = await why("nobody", "shop/deployment/older", ...metrics());
  expect(said).toMatchObject({ code: 3, stdout: expect.stringMatching(/our role lacks "get" on deployments/) });
  expect(said.stdout).not.toContain("older than the webhook");
});

it("shows no token", async () => {
  const said = await why("reader", "shop/deployment/older", "--json");
  expect(said.stdout + said.stderr).not.toContain(cluster.token("reader"));
});

it("has only read: the API server saw nothing but get and list of it", async () => {
  const own = (await cluster.audit()).filter(({ user }) => user === "reader" || user === "nobody");
  expect(new Set(own.map(({ verb }) => verb))).toEqual(new Set(["get", "list"]));
  expect(own.filter(({ userAgent }) => userAgent !== "remediator")).toEqual([]);
  expect(own.length).toBeGreaterThan(20);
  const all = await cluster.audit();
  expect(all.filter(({ userAgent, verb }) => userAgent === "remediator" && verb !== "get" && verb !== "list")).toEqual([]);
});
