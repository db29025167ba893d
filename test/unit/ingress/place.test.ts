import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../../adapters/policy/parse.ts";
import type { Origin, Scope } from "../../../kernel/types/index.ts";
import { place } from "../../../lambdas/ingest/place.ts";
import { ownerLabels, policy } from "./support.ts";

type Labels = Readonly<Record<string, string>>;
const placed = (labels: Labels, of = policy, from: Origin = "alertmanager") => place({ from, labels }, of);
/** Where it goes, or why not. */
const scopeOf = (labels: Labels, of = policy): unknown => {
  const placing = placed(labels, of);
  return placing.did === "place" ? placing.key.scope : placing;
};

const base = { alertname: "A", cluster: "practice", scenario: "agent-restarts" };
const cluster: Scope = { of: "cluster" };
const checkout: Scope = { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" };
const podOf = (namespace: string, name: string): Scope => ({ of: "owner", namespace, kind: "Pod", name });

describe("an alert of our rules", () => {
  it("goes where its labels say, and keeps those that the runbook knows", () => {
    expect(placed({ ...ownerLabels, pod: "checkout-7d9-x1", team: "red", trust_domain: "prod" })).toEqual({
      did: "place",
      key: { cluster: "practice", scenario: "workloads-not-receiving-svids", scope: checkout },
      labels: { ...ownerLabels, pod: "checkout-7d9-x1" },
    });
  });

  it.each<[string, Labels, Scope]>([
    ["an owner", { scope: "owner", namespace: "payments", workload_kind: "Deployment", workload: "checkout" }, checkout],
    ["an owner by its pod", { scope: "owner", namespace: "payments", pod: "checkout-1" }, podOf("payments", "checkout-1")],
    [
      "an owner without its kind",
      { scope: "owner", namespace: "payments", workload: "checkout" },
      { of: "namespace", namespace: "payments" },
    ],
    [
      "an owner without its name",
      { scope: "owner", namespace: "payments", workload_kind: "Deployment" },
      { of: "namespace", namespace: "payments" },
    ],
    ["an owner without its namespace", { scope: "owner", workload_kind: "Deployment", workload: "checkout" }, cluster],
    [
      "an empty label, which is none",
      { scope: "owner", namespace: "payments", workload_kind: "Deployment", workload: "" },
      { of: "namespace", namespace: "payments" },
    ],
    [
      "an agent",
      { scope: "agent", namespace: "spirl-system", pod: "spirl-agent-x", container: "agent" },
      podOf("spirl-system", "spirl-agent-x"),
    ],
    ["an agent without its pod", { scope: "agent", namespace: "spirl-system" }, cluster],
    ["a namespace", { scope: "namespace", namespace: "payments" }, { of: "namespace", namespace: "payments" }],
    ["a node", { scope: "node", node: "ip-10-0-1-2.ec2.internal" }, { of: "node", node: "ip-10-0-1-2.ec2.internal" }],
    ["a node without its name", { scope: "node" }, cluster],
    ["a host", { scope: "host", instance_id: "i-0abc:9100" }, { of: "host", instance: "i-0abc:9100" }],
    ["the cluster", { scope: "cluster", trust_domain: "prod.example" }, cluster],
    ["nothing", {}, cluster],
    ["a pod, without saying that it is the scope", { namespace: "payments", pod: "p" }, podOf("payments", "p")],
    ["a namespace only", { namespace: "payments" }, { of: "namespace", namespace: "payments" }],
    ["a pod and a node, so two things", { namespace: "payments", pod: "p", node: "n" }, cluster],
  ])("about %s", (_what, labels, scope) => expect(scopeOf({ ...base, ...labels })).toEqual(scope));

  it("believes what was exported, not the exporter's own labels", () => {
    const exporter = { namespace: "monitoring", pod: "kube-state-metrics-0", container: "ksm" };
    const about = { exported_namespace: "payments", exported_pod: "checkout-1" };
    expect(scopeOf({ ...base, scope: "owner", ...exporter, ...about })).toEqual(podOf("payments", "checkout-1"));
    expect(scopeOf({ ...base, scope: "owner", ...exporter, exported_pod: "checkout-1" })).toEqual(cluster);
    expect(placed({ ...base, exported_cluster: "other", exported_scenario: "overall-health" })).toMatchObject({
      key: { cluster: "practice", scenario: "agent-restarts" },
    });
  });

  it.each<[string, Labels, string]>([
    ["no cluster", { cluster: "" }, "labels.cluster"],
    ["a cluster that is a path", { cluster: "../x" }, "labels.cluster"],
    ["a cluster that would break a key", { cluster: "a#b" }, "labels.cluster"],
    ["another scenario", { scenario: "agent-restart" }, "labels.scenario"],
    ["a scenario of every object", { scenario: "constructor" }, "labels.scenario"],
    ["another scope", { scope: "galaxy" }, "labels.scope"],
    ["a scope of every object", { scope: "toString" }, "labels.scope"],
    ["a namespace in capitals", { scope: "owner", namespace: "Payments" }, "labels.namespace"],
    ["a namespace that is too long", { scope: "owner", namespace: "a".repeat(64) }, "labels.namespace"],
    ["a workload that is a selector", { scope: "owner", namespace: "a", workload: "app in (x)" }, "labels.workload"],
    ["a kind that nobody knows", { scope: "owner", namespace: "a", workload_kind: "Gadget" }, "labels.workload_kind"],
    ["a pod that is a path", { scope: "agent", namespace: "a", pod: "../../secrets" }, "labels.pod"],
    ["a node with a comma", { scope: "node", node: "a,b" }, "labels.node"],
    ["a host with a space", { scope: "host", instance_id: "i-1; rm" }, "labels.instance_id"],
    ["a trust domain in HTML", { scope: "cluster", trust_domain: "<b>" }, "labels.trust_domain"],
    ["a name that goes on in a second line", { scope: "node", node: "a\nb" }, "labels.node"],
    ["a name with a line's end behind it", { scope: "node", node: "a\n" }, "labels.node"],
    ["a severity without end", { severity: "x".repeat(254) }, "labels.severity"],
  ])("is not taken with %s", (_what, labels, field) =>
    expect(placed({ ...base, ...labels })).toMatchObject({ did: "reject", field, reason: expect.stringMatching(/^must /) }),
  );

  it("hints at the scenario that was meant", () =>
    expect(placed({ ...base, scenario: "agent-restart" })).toMatchObject({
      reason: expect.stringContaining("did you mean agent-restarts?"),
    }));

  it("is left alone where a label that does not matter is strange", () =>
    expect(scopeOf({ ...base, scope: "node", node: "n", pod: "<b>", note: "x".repeat(9999) })).toEqual({ of: "node", node: "n" }));
});

describe("an alert of other rules", () => {
  const foreign = { alertname: "KubePodNotReady", cluster: "practice", namespace: "payments", deployment: "checkout", team: "identity" };
  const mapped = parsePolicy(
    `alerts:
  - match: { alertname: KubePodNotReady, team: identity }
    scenario: workloads-not-receiving-svids
    scope: owner
    labels: { workload: deployment }
  - match: { alertname: NodeDown }
    scenario: agent-restarts
    scope: node
    labels: { node: instance_name, cluster: k8s_cluster }`,
    { file: "test" },
  );

  it("is read as overall health, of the whole cluster, without a mapping", () => {
    expect(placed(foreign)).toEqual({
      did: "place",
      key: { cluster: "practice", scenario: "overall-health", scope: cluster },
      labels: { alertname: "KubePodNotReady", cluster: "practice" },
    });
  });

  it("goes where the mapping says; the label's name says the kind", () => {
    expect(placed(foreign, mapped)).toMatchObject({
      key: { scenario: "workloads-not-receiving-svids", scope: checkout },
      labels: { workload: "checkout", scenario: "workloads-not-receiving-svids" },
    });
  });

  it("may name cluster and node in its own words", () => {
    expect(placed({ alertname: "NodeDown", k8s_cluster: "eu-1", instance_name: "n1" }, mapped)).toMatchObject({
      key: { cluster: "eu-1", scope: { of: "node", node: "n1" } },
    });
  });

  it("needs all that the mapping asks for", () => {
    expect(placed({ ...foreign, team: "red" }, mapped)).toMatchObject({ key: { scenario: "overall-health" } });
    expect(placed({ ...foreign, team: "" }, mapped)).toMatchObject({ key: { scenario: "overall-health" } });
  });

  it("is held to the same names", () =>
    expect(placed({ ...foreign, deployment: "a/b" }, mapped)).toMatchObject({ did: "reject", field: "labels.workload" }));

  it("does not count where a person asks", () => {
    expect(placed({ ...foreign, scenario: "agent-restarts" }, mapped, "manual")).toMatchObject({ key: { scenario: "agent-restarts" } });
  });
});

describe("our own alerts", () => {
  it.each(["RemediatorApprovalWaiting", "RemediatorDown"])("never open: %s", (alertname) =>
    expect(placed({ ...ownerLabels, alertname })).toMatchObject({ did: "ignore" }),
  );
  it("are ours by the beginning of their name only", () =>
    expect(placed({ ...ownerLabels, alertname: "NotRemediator" })).toMatchObject({ did: "place" }));
  it("are ignored however strange the rest is", () => expect(placed({ alertname: "RemediatorX" })).toMatchObject({ did: "ignore" }));
});

describe("any labels", () => {
  it("lead to a place with clean names, or to a reason: never to a throw, never to what was sent", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom("owner", "node", "payments", "Deployment", "<b>", '"} or {', "$(id)", "constructor", "__proto__", "agent-restarts"),
    );
    const name = fc.constantFrom(
      "cluster",
      "scenario",
      "scope",
      "namespace",
      "workload_kind",
      "workload",
      "pod",
      "container",
      "node",
      "instance_id",
      "trust_domain",
      "exported_pod",
      "exported_namespace",
      "severity",
      "__proto__",
      "constructor",
    );
    fc.assert(
      fc.property(fc.dictionary(name, hostile), (labels) => {
        const placing = placed({ ...base, ...labels });
        if (placing.did !== "place") return;
        const { key, labels: kept } = placing;
        const names = [key.cluster, ...Object.values(key.scope)];
        for (const text of names) expect(text).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/);
        for (const [label, value] of Object.entries(kept)) {
          expect(value.length).toBeLessThanOrEqual(253);
          if (label !== "alertname" && label !== "severity") expect(value).toMatch(/^[A-Za-z0-9._:-]+$/);
        }
      }),
      { numRuns: 800 },
    );
  });
});
