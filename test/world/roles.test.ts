import { expect, it } from "vitest";
import { type UserName, userNames } from "../../local/world/kubernetes/roles.ts";
import { merge, practice, sharedPractice } from "./practice.ts";

const apps = "/apis/apps/v1/namespaces/payments";
const core = "/api/v1/namespaces/payments";
const readers: readonly UserName[] = ["reader", "EvictWorkload", "RolloutWorkload", "LabelNamespace", "admin"];
const admin: readonly UserName[] = ["admin"];

/** What is asked, and who may. */
const table: readonly [method: string, path: string, may: readonly UserName[]][] = [
  ["GET", `${core}/pods`, readers],
  ["GET", `${core}/pods/none/log`, readers],
  ["GET", "/api/v1/nodes", readers],
  ["GET", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/none", readers],
  ["GET", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", admin],
  ["GET", `${core}/secrets`, admin],
  ["POST", `${core}/pods/none/eviction?dryRun=All`, ["EvictWorkload", "admin"]],
  ["PATCH", `${apps}/deployments/none?dryRun=All`, ["RolloutWorkload", "admin"]],
  ["PATCH", `${apps}/statefulsets/none`, ["RolloutWorkload", "admin"]],
  ["PATCH", `${apps}/daemonsets/none`, ["RolloutWorkload", "admin"]],
  ["PATCH", "/api/v1/namespaces/none", ["LabelNamespace", "admin"]],
  ["PATCH", `${core}/pods/none`, admin],
  ["DELETE", `${core}/pods/none`, admin],
  ["POST", `${core}/pods`, admin],
  ["PATCH", "/api/v1/nodes/none", admin],
  ["GET", "/metrics", admin],
];

const shared = sharedPractice();

it.each(table)("%s %s: only who may gets past 403", async (method, path, may) => {
  const { ask } = await shared();
  const body = method === "GET" ? undefined : {};
  const allowed: UserName[] = [];
  for (const user of userNames) if ((await ask(user, method, path, body, merge)).status !== 403) allowed.push(user);
  expect(allowed.sort()).toEqual([...may].sort());
});

it("refuses in Kubernetes' words", async () => {
  const { ask } = await shared();
  const said = async (method: string, path: string) => (await ask("nobody", method, path, method === "GET" ? undefined : {})).body.message;
  expect(await said("GET", `${core}/pods`)).toBe(
    'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "payments"',
  );
  expect(await said("GET", "/api/v1/nodes")).toBe(
    'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope',
  );
  expect(await said("PATCH", `${apps}/deployments/d`)).toBe(
    'deployments.apps "d" is forbidden: User "nobody" cannot patch resource "deployments" in API group "apps" in the namespace "payments"',
  );
  expect(await said("POST", `${core}/pods/p/eviction`)).toBe(
    'pods "p" is forbidden: User "nobody" cannot create resource "pods/eviction" in API group "" in the namespace "payments"',
  );
});

it("knows nobody without a token, or with another world's", async () => {
  const [here, other] = [await shared(), await practice()];
  expect(await here.ask(undefined, "GET", `${core}/pods`)).toMatchObject({
    status: 401,
    body: { message: "Unauthorized", reason: "Unauthorized" },
  });
  const headers = { authorization: `Bearer ${other.world.tokens.admin}` };
  expect((await fetch(`${here.world.kubernetesUrl}${core}/pods`, { headers })).status).toBe(401);
});
