import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../../kernel/collect.ts";
import { digest } from "../../kernel/digest.ts";
import { run } from "../../kernel/suspend.ts";
import { instant } from "../../kernel/time.ts";
import type { Observed, Query } from "../../kernel/types/index.ts";
import { madeBy } from "../../runbook/kubernetes/made-by.ts";
import { type Controller, controllers } from "../../runbook/kubernetes/objects-controller.ts";
import { isLive, type Pod, pod as podSchema } from "../../runbook/kubernetes/objects-pod.ts";
import { reader } from "../../runbook/kubernetes/parse.ts";
import { keptBack, mostUnavailable } from "../../runbook/kubernetes/rollout-bounds.ts";
import { items } from "../../runbook/queries/items.ts";
import { until } from "./parts/process.ts";
import { type RealCluster, startCluster } from "./parts/start.ts";
import { manifest, namespace } from "./support/manifests.ts";

type Kind = "Deployment" | "StatefulSet" | "DaemonSet";
const space = "rollouts";
const plurals: Readonly<Record<Kind, string>> = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" };
/** Keeps a pod from ever being Ready. */
const mark = "test-bed/hold";
const readPods = reader(items(podSchema));

let dir: string;
let cluster: RealCluster;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "rollouts-"));
  cluster = await startCluster({ dir, nodes: ["n1", "n2", "n3", "n4", "n5"].map((name) => ({ name })) });
  await cluster.kubectl(["apply", "-f", "-"], manifest(namespace(space)));
}, 120_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

interface Case {
  readonly kind: Kind;
  readonly name: string;
  readonly rollingUpdate: object;
  /** Of five pods. */
  readonly away: number;
}
const cases: readonly Case[] = [
  { kind: "Deployment", name: "down", rollingUpdate: { maxSurge: 0, maxUnavailable: "59%" }, away: 2 },
  { kind: "Deployment", name: "one", rollingUpdate: { maxSurge: 0, maxUnavailable: "1%" }, away: 1 },
  { kind: "Deployment", name: "surge", rollingUpdate: { maxSurge: "1%", maxUnavailable: "19%" }, away: 0 },
  { kind: "DaemonSet", name: "up", rollingUpdate: { maxUnavailable: "21%" }, away: 2 },
  { kind: "DaemonSet", name: "up-surge", rollingUpdate: { maxSurge: "1%", maxUnavailable: 0 }, away: 0 },
  { kind: "StatefulSet", name: "down-set", rollingUpdate: { maxUnavailable: "59%" }, away: 2 },
  { kind: "StatefulSet", name: "one-set", rollingUpdate: { maxUnavailable: "1%" }, away: 1 },
  { kind: "StatefulSet", name: "kept", rollingUpdate: { maxUnavailable: "100%", partition: 3 }, away: 2 },
  { kind: "StatefulSet", name: "kept-all", rollingUpdate: { partition: 5 }, away: 0 },
];

const manifestOf = ({ kind, name, rollingUpdate }: Case): object => {
  const strategy = { type: "RollingUpdate", rollingUpdate };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: space },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "app", image: "registry.example/app:1" }] } },
      ...(kind === "Deployment" ? { strategy } : { updateStrategy: strategy }),
      ...(kind === "DaemonSet" ? {} : { replicas: 5 }),
      ...(kind === "StatefulSet" ? { serviceName: name, podManagementPolicy: "Parallel" } : {}),
    },
  };
};
const pathOf = ({ kind, name }: Case) => `/apis/apps/v1/namespaces/${space}/${plurals[kind]}/${name}`;
const podsOf = async ({ name }: Case): Promise<readonly Pod[]> =>
  readPods(await cluster.admin.get(`/api/v1/namespaces/${space}/pods?labelSelector=app%3D${name}`)).filter(isLive);
const serving = async (of: Case): Promise<number> => (await podsOf(of)).filter(({ ready }) => ready).length;
/** Of the new template: only that has the mark. */
const marked = async (of: Case) => namesOf((await podsOf(of)).filter(({ annotations }) => annotations[mark] !== undefined));
const namesOf = (pods: readonly Pod[]) => pods.map(({ name }) => name).sort();

/** Those that a proof takes for new. */
async function newest(owner: Controller): Promise<readonly string[]> {
  const fetch = async ({ text }: Query<unknown>): Promise<Observed<unknown>> => {
    const value = await cluster.admin.get<unknown>(text);
    return { state: "observed", value, at: instant(Date.now()), ref: digest(value) };
  };
  const { value } = await collect(
    (seen) => {
      const ran = run((read) => madeBy(owner, read).newest, seen);
      return { value: ran.did === "finish" ? namesOf(ran.value) : [], wants: ran.did === "miss" ? ran.queries : [] };
    },
    { fetch },
  );
  return value;
}

/** New pods never get Ready, so the rollout stops where its controller takes no further pod away. */
async function rolledAsFarAsItGoes(of: Case): Promise<{ readonly owner: Controller; readonly away: number }> {
  await cluster.kubectl(["apply", "-f", "-"], manifest(manifestOf(of)));
  await until(`${of.name} serves with five pods`, 60, async () => (await serving(of)) === 5);
  const patch = { spec: { template: { metadata: { annotations: { [mark]: "true" } } } } };
  await cluster.admin.send("PATCH", pathOf(of), patch, "application/merge-patch+json");
  const seen = async () => {
    const owner = reader(controllers[of.kind])(await cluster.admin.get(pathOf(of)));
    return { owner, away: 5 - (await serving(of)) };
  };
  let [before, since] = [-1, Date.now()];
  await until(`${of.name} has stopped`, 60, async () => {
    const { owner, away } = await seen();
    if (away !== before) [before, since] = [away, Date.now()];
    return (owner.status.observedGeneration ?? 0) >= (owner.generation ?? 1) && Date.now() - since > 3000;
  });
  return seen();
}

describe("how many of five pods the real controllers take away, and which are new", { timeout: 150_000 }, () => {
  it.concurrent.each(cases)("$kind $rollingUpdate: $away", async (of) => {
    const { owner, away } = await rolledAsFarAsItGoes(of);
    expect(away).toBe(of.away);
    expect(Math.min(mostUnavailable(owner, 5) ?? Number.NaN, 5 - keptBack(owner, 5))).toBe(away);
    const found = await newest(owner);
    expect(found).toEqual(await marked(of));
    expect(found.length > 0).toBe(of.name !== "kept-all");
  });
});
