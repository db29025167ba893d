import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubeConfigOf } from "../../adapters/kubernetes/config.ts";
import { connect } from "../../adapters/kubernetes/connection.ts";
import type { Hands } from "../../adapters/kubernetes/writers/hands.ts";
import { writers } from "../../adapters/kubernetes/writers/index.ts";
import { kebab } from "../../adapters/policy/groups.ts";
import type { Permit, Writer } from "../../kernel/ports.ts";
import { instant } from "../../kernel/time.ts";
import type { Kind, Remedy, Target, Uid } from "../../kernel/types/index.ts";
import { manifests } from "../../ops/generate.ts";
import { remedies } from "../../runbook/remedies/index.ts";
import { asked } from "../support/asked.ts";
import { apps, attempts, type Group, groups, labelKey, protectedNamespace, workload } from "./ops/attempts.ts";
import { type Admin, admin } from "./parts/admin.ts";
import { install } from "./parts/install.ts";
import { until } from "./parts/process.ts";
import { type RealCluster, startCluster } from "./parts/start.ts";

const MINUTE = 60_000;
let cluster: RealCluster;
let dir: string;
const closing: (() => unknown)[] = [];

/** Each group once more with every right beside: then nothing but the admission policies is between it and everything. */
const mighty = (group: Group) => `mighty-${group}`;
const users = Object.fromEntries(
  groups.map((group) => [mighty(group), [...new Set(["remediator:reader", `remediator:${group}`, "system:masters"])]]),
);
const clients = new Map<string, Admin>();
function as(user: string): Admin {
  const client = clients.get(user) ?? admin(cluster.url, cluster.caFile, cluster.token(user));
  clients.set(user, client);
  return client;
}

beforeAll(() => install(), 45 * MINUTE);
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ops-"));
  cluster = await startCluster({ dir, users, manifests: Object.values(manifests()) });
  await cluster.kubectl(["create", "namespace", "shop"]);
  const all = [
    workload("Deployment", "web"),
    workload("Deployment", "web", protectedNamespace),
    workload("StatefulSet", "db"),
    workload("DaemonSet", "log"),
  ];
  for (const each of all) await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(each));
  for (const each of ["deployment/web", "statefulset/db", "daemonset/log"])
    await cluster.kubectl(["rollout", "status", each, "-n", "shop", "--timeout=60s"]);
  await until("the admission policies are in effect", 30, async () => {
    const { status } = await as(mighty("reader")).send("POST", "/api/v1/namespaces?dryRun=All", { metadata: { name: "probe" } });
    return status === 403;
  });
}, 3 * MINUTE);
afterAll(async () => {
  for (const client of clients.values()) client.close();
  for (const close of closing) await close();
  await cluster?.stop();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly deletionTimestamp?: string;
}
const metaOf = async (path: string) => (await cluster.admin.get<{ metadata: Meta }>(path)).metadata;
async function podOf(app: string): Promise<Meta> {
  const path = `/api/v1/namespaces/shop/pods?labelSelector=app=${app}`;
  const { items } = await cluster.admin.get<{ items: { metadata: Meta }[] }>(path);
  const pod = items.find(({ metadata }) => !metadata.deletionTimestamp);
  if (!pod) throw new Error(`no pod of ${app}`);
  return pod.metadata;
}
/** Of all attempts, those that this user may do, and the answers to the others. */
async function tried(user: string) {
  const done: string[] = [];
  const refused: { readonly what: string; readonly status: number; readonly body: string }[] = [];
  for (const { what, method, path, body, type } of attempts(await podOf("web"))) {
    const answer = await as(user).send(method, path, body, type);
    if (answer.status < 300) done.push(what);
    else refused.push({ what, ...answer });
  }
  return { done, refused };
}
const ownOf = async (group: Group) => attempts(await podOf("web")).flatMap(({ what, by }) => (by === group ? [what] : []));

describe("writes", () => {
  test.each(groups)("%s does exactly its own, and everything else is 403", async (group) => {
    const { done, refused } = await tried(group);
    expect(done).toEqual(await ownOf(group));
    expect(refused.filter(({ status }) => status !== 403)).toEqual([]);
  });

  test.each(groups)("%s does no more with every right beside: the policies hold alone, but for themselves", async (group) => {
    const { done, refused } = await tried(mighty(group));
    // Kubernetes asks no policy about policies, so that one can be mended. That none of our groups may is RBAC's.
    expect(done).toEqual([...(await ownOf(group)), "lifts the policy"]);
    expect(refused.filter(({ status, body }) => status !== 403 || !body.includes(`remediator:${group}`))).toEqual([]);
  });

  test("all others go on as before", async () => {
    const { refused } = await tried("admin");
    // Nobody forbids it; it is no proper request.
    expect(refused.map(({ what, status }) => [what, status])).toEqual([["runs a command", 400]]);
  });

  test("a question about one's own rights is none", async () => {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const spec = { resourceAttributes: { verb: "get", resource: "pods" } };
    const question = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
    for (const group of groups) expect(await as(group).send("POST", path, question)).toMatchObject({ status: 201 });
  });

  test("the API server has nothing to say against the policies' expressions", async () => {
    const path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?labelSelector=app.kubernetes.io/part-of=remediator";
    interface Policy {
      readonly metadata: { readonly generation: number };
      readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: { readonly expressionWarnings?: unknown } };
    }
    const policies = async () => (await cluster.admin.get<{ items: readonly Policy[] }>(path)).items;
    const isChecked = ({ metadata, status }: Policy) => status?.observedGeneration === metadata.generation;
    await until("the policies are checked", 20, async () => (await policies()).every(isChecked));
    expect((await policies()).length).toBe(4);
    expect((await policies()).flatMap(({ status }) => status?.typeChecking?.expressionWarnings ?? [])).toEqual([]);
  });
});

describe("reads", () => {
  test.each(groups)("%s reads whatever the queries ask, and nothing secret", async (group) => {
    const statuses = async (paths: readonly string[]) =>
      Promise.all(paths.map(async (path) => [path, (await as(group).send("GET", path)).status] as const));
    const denied = (await statuses(asked.map(({ text }) => text))).filter(([, status]) => status === 403);
    expect(denied).toEqual([]);
    const beyond = [
      "/api/v1/secrets",
      "/api/v1/namespaces/shop/secrets/x",
      "/api/v1/namespaces/shop/configmaps",
      "/api/v1/pods?watch=1",
      "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    ];
    expect(await statuses(beyond)).toEqual(beyond.map((path) => [path, 403]));
  });
});

/** Our own hands, each with the credentials of its capability. */
describe("remedies", () => {
  const set = { key: labelKey, from: null, to: "enabled" };
  const target = <K extends string>(kind: K, { name, uid, resourceVersion }: Meta): Target<K> => ({
    cluster: "test",
    kind,
    namespace: kind === "Namespace" ? "" : "shop",
    name,
    uid: uid as Uid,
    resourceVersion,
  });
  const why = "it is tried";
  const samples: { readonly [K in Kind]: () => Promise<Remedy<K>> } = {
    "evict-pod": async () => {
      const owner = { kind: "StatefulSet", name: "db", uid: "of db" as Uid } as const;
      return { kind: "evict-pod", why, target: target("Pod", await podOf("db")), owner };
    },
    "rollout-restart": async () => ({
      kind: "rollout-restart",
      why,
      target: target("Deployment", await metaOf(`${apps}/deployments/web`)),
    }),
    "label-pod-template": async () => ({
      kind: "label-pod-template",
      why,
      target: target("DaemonSet", await metaOf(`${apps}/daemonsets/log`)),
      set,
    }),
    "label-namespace": async () => ({
      kind: "label-namespace",
      why,
      target: target("Namespace", await metaOf("/api/v1/namespaces/shop")),
      set,
    }),
  };

  function handsOf<K extends Kind>(kind: K, user: string): Writer<K> {
    const connection = connect(kubeConfigOf({ by: "kubeconfig", file: cluster.kubeconfig(user) }), 10);
    closing.push(() => connection.close());
    const make: (hands: Hands) => Writer<K> = writers[kind];
    return make({ connection, clock: () => instant(Date.now()) });
  }
  async function isOnlyFor<K extends Kind>(kind: K, own: string): Promise<void> {
    for (const user of groups.filter((group) => group !== own))
      expect([user, await handsOf(kind, user).rehearse(await samples[kind]())]).toMatchObject([user, { effect: "refused" }]);
    expect(await handsOf(kind, own).rehearse(await samples[kind]())).toMatchObject({ effect: "applied" });
    const permit = { remedy: await samples[kind](), writeBefore: instant(Date.now() + 20_000) };
    expect(await handsOf(kind, own).write(permit as unknown as Permit<K>)).toMatchObject({ effect: "applied" });
  }
  test.each(Object.keys(samples) as Kind[])("%s is done by its own capability, and refused to the reader and the others", (kind) =>
    isOnlyFor(kind, kebab(remedies[kind].by)),
  );

  test("afterwards the audit log shows each capability's own writes, and none by the reader", async () => {
    const writes = (await cluster.audit()).filter(
      ({ user, dryRun, verb, objectRef, responseStatus }) =>
        groups.some((group) => group === user) &&
        !["get", "list", "watch"].includes(verb) &&
        !dryRun &&
        (responseStatus?.code ?? 0) < 300 &&
        objectRef?.resource !== "selfsubjectaccessreviews",
    );
    const texts = writes.map(
      ({ user, verb, objectRef: { resource, subresource = "" } = {} }) => `${user}: ${verb} ${resource} ${subresource}`,
    );
    expect([...new Set(texts)].sort()).toEqual([
      "evict-workload: create pods eviction",
      "label-namespace: patch namespaces ",
      "rollout-workload: patch daemonsets ",
      "rollout-workload: patch deployments ",
    ]);
  });
});
