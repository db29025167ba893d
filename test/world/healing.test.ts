import { PrometheusDriver } from "prometheus-query";
import { expect, it, vi } from "vitest";
import type { IncidentName } from "../../local/world/incidents/incidents.ts";
import { isWhole } from "../../local/world/owners.ts";
import { startWorld } from "../../local/world/world.ts";
import { merge, type Practice, practice } from "./practice.ts";

const nobody = "http://127.0.0.1:9/";
const restart = { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } } } };
const label = { "k8s.spirl.com/spiffe-csi": "enabled" };
const deployment = "/apis/apps/v1/namespaces/payments/deployments/checkout";

/** What a person would do about each, by the API. */
const cures: readonly [IncidentName, (here: Practice) => Promise<unknown>][] = [
  ["older-than-webhook", ({ ask }) => ask("RolloutWorkload", "PATCH", deployment, restart, merge)],
  [
    "template-unlabelled",
    ({ ask }) => ask("RolloutWorkload", "PATCH", deployment, { spec: { template: { metadata: { labels: label } } } }, merge),
  ],
  [
    "namespace-unlabelled",
    async ({ ask }) => {
      await ask("LabelNamespace", "PATCH", "/api/v1/namespaces/payments", { metadata: { labels: label } }, merge);
      await ask("RolloutWorkload", "PATCH", deployment, restart, merge);
    },
  ],
];

it.each(cures)("%s is cured by its remedy: the alert goes by itself, once the owner is whole for a while", async (name, cure) => {
  const here = await practice(name);
  void here.world.fire(nobody, "t");
  here.advance(3_000);
  expect(here.world.alerts.firing()).toHaveLength(1);
  await cure(here);
  for (let waited = 0; !isWhole(here.world.store, here.world.alert); waited += 50) {
    here.advance(50);
    expect(waited).toBeLessThan(5_000);
  }
  here.advance(1_900);
  expect(here.world.alerts.firing()).toHaveLength(1);
  here.advance(200);
  expect(here.world.alerts.firing()).toEqual([]);
  expect(here.world.audit().every(({ code }) => code === 200)).toBe(true);
});

it.each<[IncidentName]>([["fargate"], ["webhook-down"]])("%s is not cured by a restart", async (name) => {
  const here = await practice(name);
  void here.world.fire(nobody, "t");
  await here.ask("RolloutWorkload", "PATCH", deployment, restart, merge);
  here.advance(6_000);
  expect(isWhole(here.world.store, here.world.alert)).toBe(false);
  expect(here.world.alerts.firing()).toHaveLength(1);
});

it("labelling a Fargate workload makes it worse: the rollout hangs, for the new pod finds no node", async () => {
  const here = await practice("fargate");
  await here.ask("RolloutWorkload", "PATCH", deployment, { spec: { template: { metadata: { labels: label } } } }, merge);
  here.advance(6_000);
  const { status } = here.world.store.need("Deployment", "checkout", "payments");
  expect(status).toMatchObject({ updatedReplicas: 1, availableReplicas: 3, unavailableReplicas: 1 });
});

it("healthy: the alert goes by itself", async () => {
  const here = await practice("healthy");
  void here.world.fire(nobody, "t");
  here.advance(1_900);
  expect(here.world.alerts.firing()).toHaveLength(1);
  here.advance(200);
  expect(here.world.alerts.firing()).toEqual([]);
});

it("ALERTS shows in Prometheus what fires, and no longer", async () => {
  const here = await practice("older-than-webhook");
  const driver = new PrometheusDriver({ endpoint: here.world.prometheusUrl });
  const firing = async (at: Date) => (await driver.instantQuery('ALERTS{alertstate="firing",workload="checkout"}', at)).result.length;
  void here.world.fire(nobody, "t");
  here.advance(100);
  expect(await firing(new Date("2026-05-04T12:00:00.100Z"))).toBe(1);
  void here.world.resolve();
  expect(await firing(new Date("2026-05-04T12:00:00.100Z"))).toBe(0);
});

it("moves by itself where it has no clock of its own", async () => {
  const world = await startWorld({ incident: "older-than-webhook", readyDelayMs: 20 });
  try {
    const { store } = world;
    store.update(
      store.need("Deployment", "checkout", "payments"),
      ({ spec }) => Object.assign(spec.template.metadata, { annotations: { a: "b" } }),
      { manager: "tester" },
    );
    await vi.waitFor(() => expect(isWhole(store, world.alert)).toBe(true), { timeout: 10_000, interval: 20 });
  } finally {
    await world.stop();
  }
  await expect(fetch(`${world.kubernetesUrl}/readyz`)).rejects.toThrow();
});
