import { AppsV1Api, CoreV1Api, DiscoveryV1Api, PolicyV1Api, StorageV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { client } from "./client.ts";
import { practice, sharedPractice } from "./practice.ts";

const shared = sharedPractice();
const pods = "/api/v1/namespaces/payments/pods";

it("answers the real client's typed calls", async () => {
  const here = await shared();
  const core = client(here, "reader", CoreV1Api);
  const list = await core.listNamespacedPod({ namespace: "payments", labelSelector: "app=checkout" });
  expect(list.items).toHaveLength(3);
  expect(list.items[0]?.metadata?.creationTimestamp).toBeInstanceOf(Date);
  const [first] = list.items;
  const pod = await core.readNamespacedPod({ namespace: "payments", name: first?.metadata?.name ?? "" });
  expect(pod.spec?.volumes?.find(({ csi }) => csi?.driver === "csi.spiffe.io")?.csi?.readOnly).toBe(true);
  const node = await core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${pod.spec?.nodeName},status.phase=Running` });
  expect(new Set(node.items.map(({ spec }) => spec?.nodeName))).toEqual(new Set([pod.spec?.nodeName]));
  const deployment = await client(here, "reader", AppsV1Api).readNamespacedDeployment({ namespace: "payments", name: "checkout" });
  expect(deployment.status).toMatchObject({ replicas: 3, updatedReplicas: 3, availableReplicas: 3, observedGeneration: 1 });
  const csi = await client(here, "reader", StorageV1Api).readCSINode({ name: pod.spec?.nodeName ?? "" });
  expect(csi.spec.drivers.map(({ name }) => name)).toContain("csi.spiffe.io");
  expect((await client(here, "reader", PolicyV1Api).listPodDisruptionBudgetForAllNamespaces()).items).toEqual([]);
  const labelSelector = "kubernetes.io/service-name=spirl-controller-webhook";
  const slices = await client(here, "reader", DiscoveryV1Api).listNamespacedEndpointSlice({ namespace: "spirl-system", labelSelector });
  expect(slices.items.flatMap(({ endpoints }) => endpoints?.map(({ conditions }) => conditions?.ready))).toEqual([true, true]);
  expect(here.world.audit()).toEqual([]);
});

it("answers lists as the API server does: items without kind, an empty list for an unknown namespace", async () => {
  const { ask } = await shared();
  const { body } = await ask("reader", "GET", pods);
  expect(body).toMatchObject({ kind: "PodList", apiVersion: "v1" });
  expect(body.items[0]).not.toHaveProperty("kind");
  expect(await ask("reader", "GET", "/api/v1/namespaces/nowhere/pods")).toMatchObject({ status: 200, body: { items: [] } });
});

it("pages through a list as it was at the first page", async () => {
  const { ask, world } = await practice();
  const whole = (await ask("reader", "GET", pods)).body.items.map(({ metadata }) => metadata.name);
  const first = (await ask("reader", "GET", `${pods}?limit=4`)).body;
  expect(first.metadata.remainingItemCount).toBe(whole.length - 4);
  for (const pod of world.store.list("Pod", "payments")) world.store.remove(pod);
  const rest = (await ask("reader", "GET", `${pods}?limit=4&continue=${first.metadata.continue}`)).body;
  expect([...first.items, ...rest.items].map(({ metadata }) => metadata.name)).toEqual(whole);
  expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  expect((await ask("reader", "GET", pods)).body.items).toEqual([]);
});

it("refuses a continuation that is forgotten with 410, and one that is none with 400", async () => {
  const { ask } = await shared();
  const token = Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: 3, start: "payments/a\u0000" })).toString("base64url");
  expect(await ask("reader", "GET", `${pods}?continue=${token}`)).toMatchObject({ status: 410, body: { reason: "Expired" } });
  expect(await ask("reader", "GET", `${pods}?continue=abc`)).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
});

it.each([
  [`${pods}/none`, 404, 'pods "none" not found'],
  ["/apis/apps/v1/namespaces/payments/deployments/none", 404, 'deployments.apps "none" not found'],
  ["/api/v1/namespaces/none", 404, 'namespaces "none" not found'],
  [`${pods}?fieldSelector=foo%3Dbar`, 400, "field label not supported: foo"],
  [`${pods}?limit=x`, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ["/api/v1/foos", 404, "the server could not find the requested resource"],
])("answers %s with %i in the API server's words", async (path, status, message) => {
  const { ask } = await shared();
  expect(await ask("admin", "GET", path)).toMatchObject({ status, body: { kind: "Status", message } });
});

it("answers /version and /readyz to whoever is known", async () => {
  const { ask } = await shared();
  expect((await ask("nobody", "GET", "/readyz")).body.message).toBe("ok");
  expect(await ask("nobody", "GET", "/version")).toMatchObject({ status: 200, body: { major: "1" } });
});

it("selects events by what they are about", async () => {
  const { ask, world } = await practice("csi-missing-on-node");
  const query = `involvedObject.kind=Pod,involvedObject.name=${world.alert.pod},type=Warning`;
  const { body } = await ask("reader", "GET", `/api/v1/namespaces/payments/events?fieldSelector=${encodeURIComponent(query)}`);
  expect(body.items).toHaveLength(1);
  expect(body.items[0]).toMatchObject({
    reason: "FailedMount",
    message: expect.stringContaining("not found in the list of registered CSI drivers"),
  });
});
