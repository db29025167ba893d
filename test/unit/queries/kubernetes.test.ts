import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { podLog } from "../../../runbook/queries/logs.ts";
import { isLabelName, isName, NotAName } from "../../../runbook/queries/names.ts";
import { aPod, aReplicaSet } from "../../support/objects.ts";

describe("what is asked of the cluster is exactly a path", () => {
  const selector = { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "NotIn" as const, values: ["a", "b"] }] };
  test.each([
    [cluster.pod("payments", "x"), "/api/v1/namespaces/payments/pods/x"],
    [cluster.podsIn("payments"), "/api/v1/namespaces/payments/pods"],
    [cluster.podsIn("payments", selector), "/api/v1/namespaces/payments/pods?labelSelector=app%3Dweb%2Ctier%20notin%20(a%2Cb)"],
    [cluster.podsIn("payments", { matchLabels: {}, matchExpressions: [] }), "/api/v1/namespaces/payments/pods"],
    [cluster.podsOn("n1"), "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1"],
    [cluster.podsOnIn("n1", "spirl-system"), "/api/v1/namespaces/spirl-system/pods?fieldSelector=spec.nodeName%3Dn1"],
    [cluster.allPods(), "/api/v1/pods"],
    [cluster.controller("Deployment", "payments", "web"), "/apis/apps/v1/namespaces/payments/deployments/web"],
    [cluster.controller("Job", "payments", "web"), "/apis/batch/v1/namespaces/payments/jobs/web"],
    [cluster.controllersIn("ReplicaSet", "payments"), "/apis/apps/v1/namespaces/payments/replicasets"],
    [cluster.namespace("payments"), "/api/v1/namespaces/payments"],
    [cluster.namespaces(), "/api/v1/namespaces"],
    [cluster.node("n1.eu-west-1.compute.internal"), "/api/v1/nodes/n1.eu-west-1.compute.internal"],
    [cluster.csiNode("n1"), "/apis/storage.k8s.io/v1/csinodes/n1"],
    [cluster.webhookConfiguration("w"), "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/w"],
    [cluster.service("spirl-system", "s"), "/api/v1/namespaces/spirl-system/services/s"],
    [
      cluster.endpointSlices("spirl-system", "s"),
      "/apis/discovery.k8s.io/v1/namespaces/spirl-system/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Ds",
    ],
    [
      cluster.eventsOf("payments", "x"),
      "/api/v1/namespaces/payments/events?fieldSelector=involvedObject.kind%3DPod%2CinvolvedObject.name%3Dx",
    ],
    [cluster.podDisruptionBudgets("payments"), "/apis/policy/v1/namespaces/payments/poddisruptionbudgets"],
    [
      podLog("payments", "x", "app", { previous: true, tailLines: 100 }),
      "/api/v1/namespaces/payments/pods/x/log?container=app&timestamps=true&previous=true&tailLines=100",
    ],
  ])("$text", ({ text }, path) => expect(text).toBe(path));

  test("a name that Kubernetes would not have taken asks nothing", () => {
    const hostile = [
      "",
      "..",
      "../secrets",
      "a/b",
      "a?b",
      "a#b",
      "A",
      "a_b",
      "a b",
      "-a",
      "a-",
      ".a",
      "a..b",
      "a%2fb",
      "a\n",
      "a".repeat(254),
      "é",
    ];
    for (const name of hostile) {
      for (const ask of [
        () => cluster.pod("payments", name),
        () => cluster.pod(name, "x"),
        () => cluster.podsOn(name),
        () => cluster.controller("Deployment", "payments", name),
        () => cluster.eventsOf("payments", name),
        () => podLog("payments", "x", name),
      ])
        expect(ask).toThrow(NotAName);
    }
  });

  test("whatever the names are, a path is either refused or holds just them", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (namespace, name) => {
        if (!isLabelName(namespace) || !isName(name)) {
          expect(() => cluster.pod(namespace, name)).toThrow(NotAName);
          return;
        }
        expect(new URL(cluster.pod(namespace, name).text, "http://api").pathname.split("/")).toEqual([
          "",
          "api",
          "v1",
          "namespaces",
          namespace,
          "pods",
          name,
        ]);
      }),
    );
  });

  test("dots are for what may have them, and names have an end", () => {
    expect([isName("a.b"), isName("a".repeat(253)), isLabelName("a".repeat(63))]).toEqual([true, true, true]);
    expect([isLabelName("a.b"), isName("a".repeat(254)), isLabelName("a".repeat(64))]).toEqual([false, false, false]);
  });
});

describe("answers", () => {
  test("an object that is not there is an answer", () => {
    expect(cluster.pod("payments", "x").parse(null)).toBeUndefined();
    expect(podLog("payments", "x", "app").parse(null)).toBeUndefined();
  });

  test("a list is whole or unreadable; Go's empty list may be null", () => {
    const { parse } = cluster.podsIn("payments");
    expect(parse({ items: [aPod(), aPod({ metadata: { name: "b" } })] })).toMatchObject([{ name: "checkout-7d4f-x2" }, { name: "b" }]);
    expect(parse({ items: null })).toEqual([]);
    expect(() => parse({ items: [aPod(), { kind: "Pod" }] })).toThrow("items.1.metadata");
    expect(() => parse(null)).toThrow("not as expected");
  });

  test("an owner knows its kind, which lists leave out", () => {
    const { kind: _kind, apiVersion: _version, ...item } = aReplicaSet();
    expect(cluster.controllersIn("ReplicaSet", "payments").parse({ items: [item] })).toMatchObject([
      { kind: "ReplicaSet", name: "checkout-7d4f" },
    ]);
  });

  test("a log is text", () => {
    expect(podLog("payments", "x", "app").parse("line")).toBe("line");
    expect(() => podLog("payments", "x", "app").parse({ kind: "Status" })).toThrow("not text");
  });
});

describe("a list holds its objects, each by the path of a GET of it alone", () => {
  const held = (query: { readonly holds?: (raw: unknown) => ReadonlyMap<string, unknown> }, ...items: readonly unknown[]) =>
    query.holds?.({ items }) ?? new Map();
  const pod = aPod({ metadata: { name: "a-0", namespace: "payments" } });

  test.each([
    ["of all namespaces", cluster.allPods()],
    ["of one", cluster.podsIn("payments")],
    ["of a selector", cluster.podsIn("payments", { matchLabels: { app: "a" }, matchExpressions: [] })],
    ["of a node", cluster.podsOn("n1")],
  ])("pods %s", (_of, query) => {
    const [[path, raw] = []] = [...held(query, pod)];
    expect(path).toBe(cluster.pod("payments", "a-0").text);
    expect(cluster.pod("payments", "a-0").parse(raw)).toEqual(cluster.pod("payments", "a-0").parse(pod));
  });

  test("objects without a namespace, and owners", () => {
    expect([...held(cluster.nodes(), { metadata: { name: "n1" } }).keys()]).toEqual([cluster.node("n1").text]);
    expect([...held(cluster.namespaces(), { metadata: { name: "payments" } }).keys()]).toEqual([cluster.namespace("payments").text]);
    const sets = cluster.controllersIn("ReplicaSet", "payments", { matchLabels: { app: "a" }, matchExpressions: [] });
    expect([...held(sets, aReplicaSet()).keys()]).toEqual([cluster.controller("ReplicaSet", "payments", "checkout-7d4f").text]);
  });

  test.each([[null], ["text"], [{}], [{ items: null }], [{ items: [{ metadata: { name: 7 } }] }]])(
    "%j is no list, and holds nothing",
    (raw) => expect(cluster.allPods().holds?.(raw)).toEqual(new Map()),
  );
});
