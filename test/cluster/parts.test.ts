import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { admin } from "./parts/admin.ts";
import { metricsPage } from "./parts/exporter.ts";
import { install } from "./parts/install.ts";
import { type RealCluster, startCluster } from "./parts/start.ts";
import { BY_POD_LABEL } from "./parts/webhook-configuration.ts";
import { beside, type Matcher, silencedBy } from "./support/silenced.ts";

const TOKEN = "bearer-of-the-receiver";
const GUEST = "token-of-a-guest";
const MINUTE = 60_000;

interface Notification {
  readonly authorization: string | undefined;
  readonly body: {
    readonly version: string;
    readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string> }[];
  };
}

const received: Notification[] = [];
const receiver = createServer((request, answer) => {
  let text = "";
  request.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  request.on("end", () => {
    received.push({ authorization: request.headers.authorization, body: JSON.parse(text) as Notification["body"] });
    answer.writeHead(200).end();
  });
});

const rules = `
groups:
  - name: test-bed
    rules:
      - alert: MintFails
        expr: sum by (cluster, pod) (rate(spirl_agent_mint_svid_total{status_code="signer_mint_failed"}[5s])) > 0
`;
const readerRights = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: remediator-reader }
rules: [{ apiGroups: [""], resources: [pods, pods/log], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: remediator-reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: remediator-reader }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: Group, name: "remediator:reader" }]
`;

let dir: string;
let cluster: RealCluster;
const ownFolder = () => mkdtemp(join(tmpdir(), "parts-"));

beforeAll(async () => {
  await install();
}, 45 * MINUTE);

beforeAll(async () => {
  dir = await ownFolder();
  const ruleFile = join(dir, "rules.yaml");
  await writeFile(ruleFile, rules);
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  const began = performance.now();
  cluster = await startCluster({
    dir,
    prometheus: true,
    ruleFiles: [ruleFile],
    manifests: [readerRights],
    authenticate: async (token) => (token === GUEST ? { username: "guest", groups: ["remediator:reader"] } : undefined),
    alertmanagerWebhook: { url: `http://127.0.0.1:${port}/alerts`, bearerToken: TOKEN },
  });
  console.log(`the cluster started in ${Math.round(performance.now() - began)} ms`);
}, MINUTE);

afterAll(async () => {
  await cluster?.stop();
  receiver.close();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

function workload(kind: "Deployment" | "StatefulSet", name: string, annotations: Record<string, string> = {}): string {
  const labels = { app: name, "k8s.spirl.com/spiffe-csi": "enabled" };
  const template = {
    metadata: { labels, annotations },
    spec: {
      containers: [
        { name: "app", image: "app:1" },
        { name: "side", image: "side:1" },
      ],
    },
  };
  const spec = {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template,
    ...(kind === "StatefulSet" ? { serviceName: name } : {}),
  };
  return JSON.stringify({ apiVersion: "apps/v1", kind, metadata: { name, namespace: "default" }, spec });
}

async function rollOut(kind: "Deployment" | "StatefulSet", name: string, annotations?: Record<string, string>): Promise<void> {
  await cluster.kubectl(["apply", "-f", "-"], workload(kind, name, annotations));
  await cluster.kubectl(["rollout", "status", `${kind}/${name}`, "--timeout=30s"]);
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly volumes: readonly { readonly csi?: { readonly driver: string; readonly readOnly: boolean } }[];
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string }[];
      readonly volumeMounts: readonly { readonly mountPath: string }[];
    }[];
  };
}

const podsOf = async (name: string) =>
  (await cluster.admin.get<{ items: Pod[] }>(`/api/v1/namespaces/default/pods?labelSelector=app=${name}`)).items;
const injected = ({ spec }: Pod) => spec.volumes.some(({ csi }) => csi?.driver === "csi.spiffe.io" && csi.readOnly);

async function query(expression: string): Promise<{ labels: Record<string, string>; value: number }[]> {
  const answer = await fetch(`${cluster.prometheusUrl}/api/v1/query?${new URLSearchParams({ query: expression })}`);
  const { data } = (await answer.json()) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

describe("the real control plane", () => {
  it("gives every pod of a labelled Deployment the volume, in each container", async () => {
    await rollOut("Deployment", "web");
    const pods = await podsOf("web");
    expect(pods).toHaveLength(3);
    for (const pod of pods) {
      expect(injected(pod)).toBe(true);
      for (const container of pod.spec.containers) {
        expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain("/spirl-agent-socket");
        expect(container.env?.map(({ name }) => name)).toContain("SPIFFE_ENDPOINT_SOCKET");
      }
    }
  });

  it("names each write in the audit log, with its user and body, and refusals too", async () => {
    await expect(cluster.kubectl([`--kubeconfig=${cluster.kubeconfig("reader")}`, "delete", "deployment", "web"])).rejects.toThrow(
      /Forbidden/,
    );
    const events = await cluster.audit();
    const created = events.find(
      ({ verb, objectRef }) => verb === "create" && objectRef?.resource === "deployments" && objectRef.name === "web",
    );
    expect(created).toMatchObject({ user: "admin", dryRun: false, responseStatus: { code: 201 }, requestObject: { kind: "Deployment" } });
    expect(created?.userAgent).toContain("kubectl/v1.37.2");
    const refused = events.find(({ verb, user }) => verb === "delete" && user === "reader");
    expect(refused).toMatchObject({ objectRef: { resource: "deployments", name: "web" }, responseStatus: { code: 403 } });
  });

  it("lets a group read what a manifest gave it, and somebody else nothing", async () => {
    const as = (user: string) => cluster.kubectl([`--kubeconfig=${cluster.kubeconfig(user)}`, "get", "pods", "-n", "default"]);
    expect(await as("reader")).toContain("web-");
    await expect(as("nobody")).rejects.toThrow(/Forbidden/);
  });

  it("knows by whom it asks about their token who is none of its own users, and nobody else", async () => {
    const path = "/api/v1/namespaces/default/pods";
    const [guest, stranger] = [GUEST, "token-of-nobody"].map((token) => admin(cluster.url, cluster.caFile, token));
    expect(await guest?.send("GET", path)).toMatchObject({ status: 200 });
    expect(await guest?.send("GET", "/api/v1/secrets")).toMatchObject({ status: 403 });
    expect(await stranger?.send("GET", path)).toMatchObject({ status: 401 });
    for (const each of [guest, stranger]) each?.close();
    const seen = (await cluster.audit()).filter(({ user }) => user === "guest");
    expect(seen.map(({ groups }) => groups)).toEqual([1, 2].map(() => ["remediator:reader", "system:authenticated"]));
  });

  it("serves the agents' logs", async () => {
    const [agent] = await cluster.agents();
    expect(await cluster.kubectl(["logs", "-n", "spirl-system", agent?.name ?? ""])).toContain("all systems operational");
  });

  it("creates pods without the volume while the webhook is down, and says so in the audit log", async () => {
    const probe = { apiVersion: "v1", kind: "Pod", metadata: { name: "probe", labels: { "k8s.spirl.com/spiffe-csi": "enabled" } } };
    const dryRun = async () => {
      const body = { ...probe, spec: { containers: [{ name: "app", image: "app:1" }] } };
      return injected(JSON.parse((await cluster.admin.send("POST", "/api/v1/namespaces/default/pods?dryRun=All", body)).body) as Pod);
    };
    expect(await dryRun()).toBe(true);
    await cluster.webhook.stop();
    expect(await dryRun()).toBe(false);
    await cluster.webhook.start();
    expect(await dryRun()).toBe(true);
    const failedOpen = (await cluster.audit()).filter(({ annotations }) =>
      JSON.stringify(annotations ?? {}).includes("failed-open.mutation"),
    );
    expect(failedOpen).toHaveLength(1);
    expect(failedOpen[0]).toMatchObject({ dryRun: true, objectRef: { resource: "pods" } });
  });

  it("follows the webhook's selectors as soon as they are changed", async () => {
    const inject = async () => {
      await rollOut("Deployment", "narrow");
      const [pod] = await podsOf("narrow");
      await cluster.kubectl(["delete", "deployment", "narrow", "--cascade=foreground"]);
      return pod && injected(pod);
    };
    await cluster.webhook.restrict({ namespaceSelector: { matchLabels: { spiffe: "on" } } });
    expect(await inject()).toBe(false);
    await cluster.webhook.restrict(BY_POD_LABEL);
    expect(await inject()).toBe(true);
  });

  it("holds a disruption budget while a successor is not Ready yet", async () => {
    await rollOut("Deployment", "slow", { "test-bed/ready-after": "3s" });
    await cluster.kubectl(["create", "poddisruptionbudget", "slow", "--selector=app=slow", "--min-available=2"]);
    await cluster.kubectl(["wait", "pdb/slow", "--for=jsonpath={.status.disruptionsAllowed}=1", "--timeout=20s"]);
    const [first, second] = (await podsOf("slow")).map(({ metadata }) => metadata.name);
    const evict = async (name = "") => {
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } };
      return (await cluster.admin.send("POST", `/api/v1/namespaces/default/pods/${name}/eviction`, eviction)).status;
    };
    expect(await evict(first)).toBe(201);
    expect(await evict(second)).toBe(429);
  });

  it("keeps kwok from deleting a pod that is not terminating", async () => {
    await rollOut("StatefulSet", "db");
    const asKwok = cluster.kubectl([`--kubeconfig=${cluster.kubeconfig("kwok")}`, "delete", "pod", "db-0", "-n", "default"]);
    await expect(asKwok).rejects.toThrow(/only pods that are terminating/);
    const before = (await podsOf("db")).map(({ metadata }) => metadata.uid);
    await cluster.kubectl(["rollout", "restart", "statefulset/db"]);
    await cluster.kubectl(["rollout", "status", "statefulset/db", "--timeout=30s"]);
    expect((await podsOf("db")).filter(({ metadata }) => before.includes(metadata.uid))).toEqual([]);
  });
});

describe("the real Prometheus and Alertmanager", () => {
  it("scrapes the exporter and the API server", async () => {
    const up = async () => Object.fromEntries((await query("up")).map(({ labels, value }) => [labels.job, value]));
    await expect.poll(up, { timeout: 10_000 }).toEqual({ apiserver: 1, "spirl-agent": 1 });
    await expect
      .poll(() => query('count(rate(spirl_agent_mint_svid_total{status_code="ok"}[5s]) > 0)'), { timeout: 10_000 })
      .toMatchObject([{ value: 6 }]);
  });

  it("sends an alert to the webhook, with its credentials, within 10 s of the first failed mint", async () => {
    const pod = (await cluster.agents())[0]?.name ?? "";
    const began = performance.now();
    cluster.exporter.grow("spirl_agent_mint_svid_total", { pod, svid_type: "x509", status_code: "signer_mint_failed" }, 5);
    const firing = () =>
      received.find(({ body }) => body.alerts.some(({ status, labels }) => status === "firing" && labels.alertname === "MintFails"));
    await expect.poll(firing, { timeout: 10_000, interval: 50 }).toBeDefined();
    console.log(`from the first failed mint to the webhook: ${Math.round(performance.now() - began)} ms`);
    expect(firing()).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      body: { version: "4", alerts: [{ labels: { pod, cluster: "test" } }] },
    });
  });

  const is = (name: string, value: string, change: Partial<Matcher> = {}): Matcher => ({
    name,
    value,
    isRegex: false,
    isEqual: true,
    ...change,
  });
  it.each([
    ["covers", is("namespace", "payments")],
    ["covers", is("team", "")],
    ["covers", is("namespace", "web", { isEqual: false })],
    ["covers", is("namespace", "pay.*|web", { isRegex: true })],
    ["covers", is("workload", "check\\-out|check.ut", { isRegex: true })],
    ["covers", is("team", ".+", { isRegex: true, isEqual: false })],
    ["does not cover", is("namespace", "pay")],
    ["does not cover", is("namespace", "pay|ments", { isRegex: true })],
    ["does not cover", is("workload", "checkout", { isEqual: false })],
  ])("a silence %s %j as we compute it for what the patrol finds", async (does, matcher) => {
    const labels = { alertname: `Silenced-${randomUUID()}`, namespace: "payments", workload: "checkout" };
    const { alertmanager, ours } = await silencedBy(cluster.alertmanagerUrl ?? "", labels, matcher);
    expect(ours).toEqual(alertmanager);
    expect(ours).toHaveLength(does === "covers" ? 1 : 0);
  });

  it("a silence of all labels that an alert of Prometheus has covers what the patrol finds of the same, and one that cannot be told does, too", async () => {
    const labels = { alertname: `Silenced-${randomUUID()}`, namespace: "payments", workload: "checkout" };
    const all = Object.entries({ ...labels, ...beside }).map(([name, value]) => is(name, value));
    const { alertmanager, ours } = await silencedBy(cluster.alertmanagerUrl ?? "", labels, ...all);
    expect([ours, ours.length]).toEqual([alertmanager, 1]);
    const other = { ...labels, alertname: `Silenced-${randomUUID()}` };
    const untold = await silencedBy(cluster.alertmanagerUrl ?? "", other, is("prometheus", "elsewhere"));
    expect([untold.alertmanager.length, untold.ours.length]).toEqual([0, 1]);
  });
});

describe("the exporter's page", () => {
  const agents = ["one", "two"].map((name) => ({ name, node: `node-of-${name}`, ready: true }));
  const mint = "spirl_agent_mint_svid_total";
  const read =
    (page: ReturnType<typeof metricsPage>, pods = agents) =>
    (part: string, pod: string) => {
      const lines = page.render(pods).split("\n");
      return lines
        .filter((line) => line.startsWith(part) && line.includes(`pod="${pod}"`) && !line.includes('"jwt"'))
        .map((line) => Number(line.split(" ").at(-1)));
    };

  it("grows counters by the clock, changes pace without a jump, and begins anew for a new pod", () => {
    let now = 0;
    const page = metricsPage(() => now);
    expect(read(page)(mint, "one")).toEqual([0]);
    now = 10_000;
    expect(read(page)(mint, "one")).toEqual([20]);
    page.rules.push({ metric: mint, labels: { pod: "one", status_code: "ok" }, perSecond: 0 });
    now = 20_000;
    expect(read(page)(mint, "one")).toEqual([20]);
    expect(read(page)(mint, "two")).toEqual([40]);
    expect(read(page, [{ name: "three", node: "node-of-one", ready: true }])(mint, "three")).toEqual([0]);
  });

  it("adds a failure with its agent's labels, hides an agent, and drops what is said of a pod that is gone", () => {
    const page = metricsPage(() => 0);
    page.rules.push({ metric: mint, labels: { pod: "one", svid_type: "x509", status_code: "signer_mint_failed" }, value: 7 });
    expect(page.render(agents)).toMatch(/mint_svid_total\{.*pod="one",node="node-of-one".*status_code="signer_mint_failed"} 7/);
    expect(page.render(agents.slice(1))).not.toContain("signer_mint_failed");
    page.rules.push({ metric: undefined, labels: { pod: "two" } });
    expect(read(page)("spirl_application_info", "two")).toEqual([]);
    expect(read(page)("spirl_application_info", "one")).toEqual([1]);
  });
});

/** Command lines of all processes that name the folder. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes(folder));
}

describe("stopping", () => {
  it("says why a part did not start, with the end of its log, and leaves nothing running", async () => {
    const broken = await ownFolder();
    const failed = startCluster({ dir: broken, auditPolicy: "kind: Nonsense" });
    await expect(failed).rejects.toThrow(/kube-apiserver ended[\s\S]*audit/i);
    expect(await processesOf(broken)).toEqual([]);
    await rm(broken, { recursive: true });
  });

  it("leaves no process and no listener, and the audit log can still be read", async () => {
    expect(await processesOf(dir)).toHaveLength(7);
    await cluster.stop();
    expect(await processesOf(dir)).toEqual([]);
    await expect(fetch(cluster.exporter.url)).rejects.toThrow(/fetch failed/);
    expect((await cluster.audit()).length).toBeGreaterThan(0);
  });
});
