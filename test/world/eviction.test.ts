import { CoreV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import type { IncidentName } from "../../local/world/incidents/incidents.ts";
import { budget } from "../../local/world/incidents/manifests.ts";
import { client } from "./client.ts";
import { type Practice, practice } from "./practice.ts";

const by = { manager: "tester" };
const evict = ({ ask }: Practice, name: string, options: { uid?: string; query?: string; body?: unknown } = {}) => {
  const { uid, query = "", body = { metadata: { name }, ...(uid && { deleteOptions: { preconditions: { uid } } }) } } = options;
  return ask("EvictWorkload", "POST", `/api/v1/namespaces/payments/pods/${name}/eviction${query}`, body);
};
/** A world with a StatefulSet of three, and a budget that leaves room for so many disruptions. */
async function withBudget(disruptions: number, incident: IncidentName = "pdb-blocks"): Promise<Practice> {
  const here = await practice(incident);
  const found = here.world.store.need("PodDisruptionBudget", "settlement", "payments");
  here.world.store.update(found, ({ spec }) => Object.assign(spec, { minAvailable: 3 - disruptions }), by);
  here.advance(50);
  return here;
}

it("evicts by the real client: 201, the pod goes, its successor comes with another uid", async () => {
  const here = await withBudget(1);
  const before = here.world.store.need("Pod", "settlement-1", "payments");
  const body = { metadata: { name: "settlement-1" }, deleteOptions: { preconditions: { uid: before.metadata.uid } } };
  await client(here, "EvictWorkload", CoreV1Api).createNamespacedPodEviction({ namespace: "payments", name: "settlement-1", body });
  const leaving = here.world.store.need("Pod", "settlement-1", "payments");
  expect(leaving.metadata).toMatchObject({ uid: before.metadata.uid, deletionGracePeriodSeconds: 30 });
  expect(leaving.status.conditions).toContainEqual(expect.objectContaining({ type: "DisruptionTarget", reason: "EvictionByEvictionAPI" }));
  here.advance(1_000);
  const after = here.world.store.need("Pod", "settlement-1", "payments");
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
  expect(after.spec.volumes).toContainEqual(expect.objectContaining({ csi: { driver: "csi.spiffe.io", readOnly: true } }));
  expect(here.world.audit()).toMatchObject([{ user: "EvictWorkload", verb: "create", code: 201, dryRun: false }]);
});

it("answers 409 for another uid, in a dry run too", async () => {
  const here = await practice("pdb-blocks");
  here.world.store.remove(here.world.store.need("PodDisruptionBudget", "settlement", "payments"));
  for (const query of ["", "?dryRun=All"]) {
    const { status, body } = await evict(here, "settlement-0", { uid: "abc", query });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: "Conflict",
      message: expect.stringContaining("the UID in the precondition (abc) does not match"),
    });
  }
});

it("answers 429 where the budget is used up, in a dry run too, and before it looks at the uid", async () => {
  const here = await practice("pdb-blocks");
  for (const options of [{}, { query: "?dryRun=All" }, { uid: "abc" }]) {
    const { status, body } = await evict(here, "settlement-0", options);
    expect(status).toBe(429);
    expect(body.message).toBe("Cannot evict pod as it would violate the pod's disruption budget.");
    expect(body.details?.causes).toEqual([
      { reason: "DisruptionBudget", message: "The disruption budget settlement needs 3 healthy pods and has 3 currently" },
    ]);
  }
});

it("spends the budget at once, so that a second eviction is refused before any controller has looked", async () => {
  const here = await withBudget(1);
  expect((await evict(here, "settlement-0", { query: "?dryRun=All" })).status).toBe(201);
  expect((await evict(here, "settlement-0")).status).toBe(201);
  expect((await evict(here, "settlement-1")).status).toBe(429);
  const { status } = here.world.store.need("PodDisruptionBudget", "settlement", "payments");
  expect(status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { "settlement-0": expect.any(String) } });
  here.advance(2_000);
  expect(here.world.store.need("PodDisruptionBudget", "settlement", "payments").status).toMatchObject({
    disruptionsAllowed: 1,
    currentHealthy: 3,
  });
});

it("asks for patience while the budget is not yet counted", async () => {
  const here = await practice("pdb-blocks");
  const found = here.world.store.need("PodDisruptionBudget", "settlement", "payments");
  here.world.store.update(found, ({ spec }) => Object.assign(spec, { minAvailable: 1 }), by);
  const { status, body } = await evict(here, "settlement-0");
  expect(status).toBe(429);
  expect(body.details).toMatchObject({ retryAfterSeconds: 10 });
});

it("answers 500 where two budgets cover the pod", async () => {
  const here = await withBudget(1);
  const second = budget({ namespace: "payments", name: "settlement" }, 1);
  here.world.store.create({ ...second, metadata: { ...second.metadata, name: "another" } }, by);
  here.advance(50);
  expect(await evict(here, "settlement-0")).toMatchObject({
    status: 500,
    body: { message: expect.stringContaining("more than one PodDisruptionBudget") },
  });
});

it("rehearses without a trace, by the query or by the body", async () => {
  const here = await withBudget(1);
  const before = here.world.store.revision;
  const body = { metadata: { name: "settlement-0" }, deleteOptions: { dryRun: ["All"] } };
  expect((await evict(here, "settlement-0", { query: "?dryRun=All" })).status).toBe(201);
  expect((await evict(here, "settlement-0", { body })).status).toBe(201);
  expect(here.world.store.revision).toBe(before);
  expect(here.world.audit().map(({ dryRun }) => dryRun)).toEqual([true, true]);
});

it("answers 404 for a pod that is gone, and 400 for another name in the body", async () => {
  const here = await practice("pdb-blocks");
  expect(await evict(here, "settlement-9")).toMatchObject({ status: 404, body: { message: 'pods "settlement-9" not found' } });
  expect(await evict(here, "settlement-0", { body: { metadata: { name: "settlement-1" } } })).toMatchObject({ status: 400 });
});

it("evicts a bare pod for good", async () => {
  const here = await practice("bare-pod");
  expect((await evict(here, "ledger-migration")).status).toBe(201);
  here.advance(1_000);
  expect(here.world.store.get("Pod", "ledger-migration", "payments")).toBeUndefined();
});
