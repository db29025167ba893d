import { performance } from "node:perf_hooks";
import { expect, it } from "vitest";
import { merge, practice } from "./practice.ts";

const pods = "/api/v1/namespaces/payments/pods";
const namespace = "/api/v1/namespaces/payments";
const labelled = { metadata: { labels: { touched: "yes" } } };

it("breaks the connection of an API that is switched off, and nothing is done", async () => {
  const { world, ask } = await practice();
  world.faults.unreachable.add("kubernetes");
  await expect(ask("LabelNamespace", "PATCH", namespace, labelled, merge)).rejects.toThrow("fetch failed");
  expect(world.audit()).toEqual([]);
  expect((await fetch(`${world.alertmanagerUrl}/api/v2/alerts`)).status).toBe(200);
  world.faults.unreachable.add("prometheus").add("alertmanager");
  await expect(fetch(`${world.prometheusUrl}/api/v1/query?query=up`)).rejects.toThrow();
  await expect(fetch(`${world.alertmanagerUrl}/api/v2/alerts`)).rejects.toThrow();
  world.faults.clear();
  expect((await ask("reader", "GET", pods)).status).toBe(200);
});

it("does a write and loses its answer, as often as it is told; dry runs are answered", async () => {
  const { world, ask } = await practice();
  world.faults.lostWriteAnswers = 1;
  expect((await ask("LabelNamespace", "PATCH", `${namespace}?dryRun=All`, labelled, merge)).status).toBe(200);
  await expect(ask("LabelNamespace", "PATCH", namespace, labelled, merge)).rejects.toThrow("fetch failed");
  expect(world.store.need("Namespace", "payments").metadata.labels).toMatchObject({ touched: "yes" });
  expect(world.audit().map(({ dryRun, code }) => [dryRun, code])).toEqual([
    [true, 200],
    [false, 200],
  ]);
  expect((await ask("LabelNamespace", "PATCH", namespace, { metadata: { labels: { touched: "again" } } }, merge)).status).toBe(200);
});

it("closes a resource to everyone but admin", async () => {
  const { world, ask } = await practice();
  world.faults.forbidden.add("pods");
  expect((await ask("reader", "GET", pods)).status).toBe(403);
  expect((await ask("reader", "GET", "/api/v1/nodes")).status).toBe(200);
  expect((await ask("admin", "GET", pods)).status).toBe(200);
});

it("answers late", async () => {
  const { world, ask } = await practice();
  world.faults.delayMs.set("kubernetes", 60);
  const before = performance.now();
  await ask("reader", "GET", pods);
  expect(performance.now() - before).toBeGreaterThanOrEqual(55);
});

it("lets Prometheus warn that its answer is partial", async () => {
  const { world } = await practice();
  world.faults.warnings.push("store gateway not reachable");
  const answer = await (await fetch(`${world.prometheusUrl}/api/v1/query?query=spirl_application_info`)).json();
  expect(answer).toMatchObject({ status: "success", warnings: ["store gateway not reachable"] });
});
