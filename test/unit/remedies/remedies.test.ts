import { describe, expect, test } from "vitest";
import { apiPath } from "../../../adapters/kubernetes/path.ts";
import { writers } from "../../../adapters/kubernetes/writers/index.ts";
import { ruleOf } from "../../../kernel/plan.ts";
import type { Permit, Writer } from "../../../kernel/ports.ts";
import type { Instant, Kind, Remedy } from "../../../kernel/types/index.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { t0 } from "../../support/incidents.ts";
import { cluster } from "../adapters/cluster.ts";
import { json, status } from "../adapters/server.ts";
import { evict, given, label, labelSpace, restart, set } from "./objects.ts";

const each: readonly Remedy[] = [evict(), restart, label, labelSpace];

describe.each(each)("$kind", (remedy) => {
  const rule = ruleOf(remedies, remedy.kind);

  test("declares exactly the verbs that its writer uses, whatever the API server answers", async () => {
    const live = { kind: "Any", metadata: { uid: remedy.target.uid, resourceVersion: "1" }, spec: { template: { metadata: {} } } };
    const used = new Set<string>();
    for (const answer of [json(200, live), json(201, live), status(409, "Conflict", "changed"), status(429, "TooManyRequests", "no")]) {
      const { connection, seen } = await cluster((one, response) => (one.method === "GET" ? json(200, live) : answer)(one, response));
      const writer = writers[remedy.kind]({ connection, clock: () => t0 }) as Writer;
      const permit = { remedy, writeBefore: "2026-11-20T03:00:30.000Z" as Instant } as unknown as Permit;
      await writer.rehearse(remedy);
      await writer.write(permit);
      await writer.reconcile(permit);
      for (const { method, url } of seen) {
        const { pathname } = new URL(url, "http://api");
        const [group, plural, , sub] = pathname
          .replace(/^\/api\/v1|^\/apis\/([^/]+)\/v1/, (_all, of = "") => `${of}`)
          .replace(/\/namespaces\/[^/]+(?=\/)/, "")
          .split("/");
        used.add(`${method} ${group}/${sub ? `${plural}/${sub}` : plural}`);
      }
    }
    const methods = { get: "GET", list: "GET", create: "POST", patch: "PATCH" };
    const declared = rule.verbs.map(({ group, resource, verb }) => `${methods[verb]} ${group}/${resource}`);
    expect([...used].filter((one) => !declared.includes(one))).toEqual([]);
    // A template's owner may be of three kinds, of which one remedy has one.
    const own = declared.filter((one) => remedy.kind !== "label-pod-template" || one.endsWith("deployments"));
    expect([...used].sort()).toEqual([...own].sort());
  });

  test("preserves what can be read, and by nothing but reading", () => {
    const { must, may } = rule.preserve(remedy, given);
    const queries = [...must, ...may];
    for (const { source, text } of queries) {
      if (source === "kubernetes") expect(apiPath(text, "object"), text).toBeDefined();
      else expect(text).toMatch(source === "logs" ? /\/log\?.*container=\*/ : /^range\(900,15\) /);
    }
    expect(new Set(queries.map(({ text }) => text)).size).toBe(queries.length);
  });

  test("keeps this cluster's metrics, where one Prometheus has several", () => {
    const policy = { ...given.policy, series: { [given.cluster]: { cluster: "prod-eu-1" } } };
    const metrics = rule.preserve(remedy, { ...given, policy }).may.filter(({ source }) => source === "prometheus");
    expect(metrics).toHaveLength(3);
    for (const { text } of metrics) expect(text).toContain('{cluster="prod-eu-1"}');
  });

  test("has time to be proved: the looks fit between the first and the last", () => {
    expect(rule.proveWithinSeconds).toBeGreaterThanOrEqual(rule.settleSeconds + (rule.looks - 1) * given.policy.timing.lookAgainSeconds);
  });
});

test.each<[Kind, string]>([
  ["evict-pod", "auto"],
  ["rollout-restart", "auto"],
  ["label-pod-template", "approve"],
  ["label-namespace", "approve"],
])("%s goes no further than %s", (kind, ceiling) => {
  expect(remedies[kind].ceiling).toBe(ceiling);
});

test("what a write destroys must be kept; that metrics, or what it does not touch, cannot be read does not stop it", () => {
  for (const remedy of each) {
    const { must, may } = ruleOf(remedies, remedy.kind).preserve(remedy, given);
    const sources = (of: typeof may) => [...new Set(of.map(({ source }) => source))];
    expect(sources(must)).toEqual(remedy.kind === "label-namespace" ? ["kubernetes"] : ["kubernetes", "logs"]);
    expect(must[0].text.endsWith(`/${remedy.target.name}`)).toBe(true);
    expect(sources(may)).toContain("prometheus");
    expect(sources(may)).not.toContain("logs");
  }
});

test("a restart keeps the logs, current and previous, before it destroys them", () => {
  for (const remedy of [evict(), restart, label]) {
    const texts = ruleOf(remedies, remedy.kind)
      .preserve(remedy, given)
      .must.filter(({ source }) => source === "logs")
      .map(({ text }) => text);
    expect(texts.map((text) => text.includes("previous=true"))).toEqual([false, true]);
  }
});

test("labels are taken back by the same change, the other way round", () => {
  for (const done of [label, labelSpace] as const) {
    const undo = ruleOf(remedies, done.kind).undo;
    if (typeof undo !== "function") throw new Error("cannot be undone");
    expect(undo(done)).toMatchObject({ kind: done.kind, target: done.target, set: { key: set.key, from: "enabled", to: null } });
    expect(undo(undo(done))).toMatchObject({ set });
  }
  expect([remedies["evict-pod"].undo, remedies["rollout-restart"].undo]).toEqual(["cannot be undone", "cannot be undone"]);
});

test("the commands are what a person would type", () => {
  const removed = { ...labelSpace, set: { ...set, from: "enabled", to: null } };
  expect([
    remedies["evict-pod"].command(evict()),
    remedies["rollout-restart"].command(restart),
    remedies["label-pod-template"].command(label),
  ]).toEqual([
    `echo '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"namespace":"shop","name":"web-0"}}' | kubectl create --raw /api/v1/namespaces/shop/pods/web-0/eviction -f -`,
    "kubectl rollout restart deployment/web --namespace shop",
    `kubectl patch deployment web --namespace shop --type merge --patch '{"spec":{"template":{"metadata":{"labels":{"${set.key}":"enabled"}}}}}'`,
  ]);
  expect(remedies["label-namespace"].command(labelSpace)).toBe(`kubectl label namespace shop ${set.key}=enabled`);
  expect(remedies["label-namespace"].command(removed)).toBe(`kubectl label namespace shop ${set.key}-`);
});
