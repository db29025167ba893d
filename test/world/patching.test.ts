import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { client } from "./client.ts";
import { jsonPatch, merge, practice, strategic } from "./practice.ts";

const checkout = "/apis/apps/v1/namespaces/payments/deployments/checkout";
const restart = { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-05-04T12:00:00Z" } } } } };

it("takes the real client's patches, and counts a new generation", async () => {
  const here = await practice();
  const { world } = here;
  const patched = await client(here, "RolloutWorkload", AppsV1Api).patchNamespacedDeployment(
    { name: "checkout", namespace: "payments", body: restart, fieldManager: "remediator" },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
  expect(patched.metadata?.generation).toBe(2);
  expect(patched.status?.observedGeneration).toBe(1);
  expect(patched.metadata?.managedFields?.at(-1)).toMatchObject({ manager: "remediator", operation: "Update" });
  const labelled = await client(here, "LabelNamespace", CoreV1Api).patchNamespace(
    { name: "shop", body: [{ op: "add", path: "/metadata/labels/k8s.spirl.com~1spiffe-csi", value: "enabled" }] },
    setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
  );
  expect(labelled.metadata?.labels).toMatchObject({ "k8s.spirl.com/spiffe-csi": "enabled" });
  expect(world.audit().map(({ user, verb, path, code, dryRun }) => [user, verb, path, code, dryRun])).toEqual([
    ["RolloutWorkload", "patch", checkout, 200, false],
    ["LabelNamespace", "patch", "/api/v1/namespaces/shop", 200, false],
  ]);
});

it("changes nothing in a dry run, but says what it would", async () => {
  const { ask, world } = await practice();
  const before = world.store.need("Deployment", "checkout", "payments");
  const { status, body } = await ask("RolloutWorkload", "PATCH", `${checkout}?dryRun=All&fieldManager=remediator`, restart, strategic);
  expect(status).toBe(200);
  expect(body).toMatchObject({ metadata: { generation: 2, resourceVersion: before.metadata.resourceVersion }, ...restart });
  expect(world.store.need("Deployment", "checkout", "payments")).toBe(before);
  expect(world.audit()).toMatchObject([{ dryRun: true, fieldManager: "remediator", body: restart, code: 200 }]);
});

it.each([
  ["a resourceVersion that is old", merge, { metadata: { resourceVersion: "1" } }, 409, "the object has been modified"],
  [
    "a resourceVersion that is old, whatever the uid",
    merge,
    { metadata: { resourceVersion: "1", uid: "x" } },
    409,
    "the object has been modified",
  ],
  ["another uid: invalid, as in the API server, and no conflict", merge, { metadata: { uid: "x" } }, 422, "metadata.uid: Invalid value"],
  [
    "a test that fails",
    jsonPatch,
    [{ op: "test", path: "/metadata/uid", value: "x" }],
    422,
    "the server rejected our request due to an error",
  ],
  ["a label that is none", merge, { metadata: { labels: { a: "<b>" } } }, 422, 'metadata.labels: Invalid value: "<b>": a valid label'],
  [
    "a template that its selector does not match",
    merge,
    { spec: { template: { metadata: { labels: { app: "z" } } } } },
    422,
    "`selector` does not match",
  ],
  ["another content type", "application/json", {}, 415, "415: Unsupported Media Type"],
  ["what is no JSON", merge, "xx", 400, "invalid JSON patch"],
])("refuses %s", async (_, type, body, status, message) => {
  const { ask, world } = await practice();
  const before = world.store.revision;
  expect(await ask("RolloutWorkload", "PATCH", checkout, body, type)).toMatchObject({
    status,
    body: { message: expect.stringContaining(message) },
  });
  expect(world.store.revision).toBe(before);
  expect(world.audit()).toMatchObject([{ code: status }]);
});

it("takes a patch whose preconditions hold, once", async () => {
  const { ask, world } = await practice();
  const { resourceVersion, uid } = world.store.need("Namespace", "payments").metadata;
  const body = { metadata: { resourceVersion, uid, labels: { team: "money" } } };
  expect((await ask("LabelNamespace", "PATCH", "/api/v1/namespaces/payments", body, merge)).status).toBe(200);
  const again = { metadata: { ...body.metadata, labels: { team: "other" } } };
  expect((await ask("LabelNamespace", "PATCH", "/api/v1/namespaces/payments", again, merge)).status).toBe(409);
});

it("keeps the status out of a patch, and refuses an unknown dryRun", async () => {
  const { ask, world } = await practice();
  await ask("admin", "PATCH", checkout, { status: { replicas: 77 } }, merge);
  expect(world.store.need("Deployment", "checkout", "payments").status.replicas).toBe(3);
  expect((await ask("admin", "PATCH", `${checkout}?dryRun=some`, restart, merge)).status).toBe(422);
});

it("records what was refused for want of rights, and no reads", async () => {
  const { ask, world } = await practice();
  await ask("reader", "GET", checkout);
  await ask("reader", "PATCH", checkout, restart, merge);
  await ask(undefined, "DELETE", "/api/v1/namespaces/payments");
  expect(world.audit().map(({ user, verb, code }) => [user, verb, code])).toEqual([
    ["reader", "patch", 403],
    ["system:anonymous", "delete", 401],
  ]);
});
