import { describe, expect, test } from "vitest";
import type { Instant } from "../../../kernel/types/index.ts";
import { caBundle } from "../../../runbook/kubernetes/ca-bundle.ts";
import { isExpected, ownerByName } from "../../../runbook/kubernetes/expected.ts";
import { successorOf } from "../../../runbook/kubernetes/newcomer.ts";
import { event, namespace } from "../../../runbook/kubernetes/objects-cluster.ts";
import { controllers } from "../../../runbook/kubernetes/objects-controller.ts";
import { hasEnded, isLive, pod } from "../../../runbook/kubernetes/objects-pod.ts";
import { reader } from "../../../runbook/kubernetes/parse.ts";
import { bundle, earlyCa, expiredCa, validCa } from "../../support/certificates.ts";
import { aPolicy, t0 } from "../../support/incidents.ts";
import {
  aDaemonSet,
  aDeployment,
  aNamespace,
  anEvent,
  aPod,
  aReplicaSet,
  injected,
  label,
  managed,
  ownedBy,
} from "../../support/objects.ts";

describe("objects are read as the API server writes them", () => {
  test("times get milliseconds, so that they compare as text; what Go leaves out is there, empty", () => {
    const found = reader(pod)(aPod({ metadata: { labels: undefined }, spec: { initContainers: null, volumes: null } }));
    expect(found).toMatchObject({
      creationTimestamp: "2026-11-19T03:00:00.000Z",
      deletionTimestamp: undefined,
      labels: {},
      ready: true,
      node: "node-1",
    });
    expect(found.spec.volumes).toEqual([]);
  });

  test("a container without a value for its variable has the empty one; where it comes from elsewhere, it is not known", () => {
    const env = [{ name: "EMPTY" }, { name: "FROM", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }];
    const found = reader(pod)(aPod({ spec: { containers: [{ name: "app", env }] } }));
    expect(found.spec.containers[0]?.env).toEqual([
      { name: "EMPTY", value: "" },
      { name: "FROM", value: undefined },
    ]);
  });

  test("managed fields keep who has which label, of the object and of the template", () => {
    const found = reader(namespace)(aNamespace({ metadata: { managedFields: [managed("2026-11-19T03:00:00Z", "a", label)] } }));
    expect(found.managedFields).toEqual([
      {
        manager: "kubectl-label",
        operation: "Update",
        time: "2026-11-19T03:00:00.000Z",
        labels: ["a", label],
        templateLabels: [],
        labelsOnly: true,
      },
    ]);
    const fieldsV1 = { "f:spec": { "f:template": { "f:metadata": { "f:labels": { ".": {}, "f:app": {} } } } } };
    const top = reader(controllers.Deployment)(
      aDeployment({ metadata: { managedFields: [{ manager: "helm", operation: "Update", fieldsV1 }] } }),
    );
    expect(top.managedFields).toMatchObject([{ manager: "helm", time: undefined, templateLabels: ["app"], labelsOnly: false }]);
    const beside = (metadata: object, more: object = {}) => {
      const managedFields = [{ manager: "helm", operation: "Update", fieldsV1: { "f:metadata": metadata, ...more } }];
      return reader(namespace)(aNamespace({ metadata: { managedFields } })).managedFields[0]?.labelsOnly;
    };
    const labels = { "f:labels": { ".": {}, "f:a": {} } };
    expect(beside(labels)).toBe(true);
    expect(beside({ ...labels, "f:annotations": {} })).toBe(false);
    expect(beside(labels, { "f:spec": { "f:finalizers": {} } })).toBe(false);
    expect(beside(labels, { "f:status": {} })).toBe(false);
  });

  test("a DaemonSet's numbers stand where a Deployment's do", () => {
    expect(reader(controllers.DaemonSet)(aDaemonSet())).toMatchObject({ wanted: 2, status: { ready: 2, updated: 2, available: 2 } });
    expect(reader(controllers.Deployment)(aDeployment({ spec: { replicas: 0 } }))).toMatchObject({ wanted: 0, paused: false });
  });

  test("an event's last time is its series', else its own", () => {
    const series = { count: 9, lastObservedTime: "2026-11-20T02:00:00.123456Z" };
    expect(reader(event)(anEvent({ series, lastTimestamp: null }))).toMatchObject({ count: 9, last: "2026-11-20T02:00:00.123Z" });
    expect(reader(event)(anEvent({ firstTimestamp: "2026-11-20T01:00:00Z" }))).toMatchObject({
      count: 3,
      last: "2026-11-20T01:00:00.000Z",
    });
  });

  test("what is not such an object is refused in one line that says where", () => {
    expect(() => reader(pod)({ kind: "Pod", metadata: { name: 7 } })).toThrow(/^metadata\.name is not as expected/);
    expect(() => reader(pod)("<html>")).toThrow("it is not as expected");
    expect(() => reader(pod)(aPod({ metadata: { creationTimestamp: "yesterday" } }))).toThrow("not a time");
  });

  test("live is neither ended nor on its way out", () => {
    const read = reader(pod);
    expect(isLive(read(aPod()))).toBe(true);
    expect(isLive(read(aPod({ metadata: { deletionTimestamp: "2026-11-20T02:59:59Z" } })))).toBe(false);
    expect(["Succeeded", "Failed", "Pending", "Unknown"].map((phase) => hasEnded(read(aPod({ status: { phase } }))))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("the pod that comes after", () => {
  test("has the template's labels and the controllers', not those that a person put on the running one", () => {
    const labels = { app: "old", "pod-template-hash": "7d4f", [label]: "enabled", byHand: "yes" };
    const template = reader(controllers.Deployment)(
      aDeployment({ spec: { template: { metadata: { labels: { [label]: undefined } }, spec: injected } } }),
    ).template;
    const next = successorOf(reader(pod)(aPod({ metadata: { labels } })), template);
    expect(next.labels).toEqual({ app: "checkout", "pod-template-hash": "7d4f" });
    expect(next.spec.volumes).toHaveLength(2);
    expect(successorOf(reader(pod)(aPod({ metadata: { labels } })), undefined).labels).toEqual(labels);
  });
});

describe("who is expected", () => {
  const given = (...expected: ReturnType<typeof aPolicy>["expected"][number][]) => ({
    cluster: "prod",
    policy: { ...aPolicy(), expected },
  });
  const checkout = { kind: "Deployment", name: "checkout" } as const;

  test("the workload that the policy names, or every one of a namespace; in this cluster", () => {
    expect(isExpected(given(), "payments", checkout)).toBe(false);
    expect(isExpected(given({ namespace: "payments" }), "payments", checkout)).toBe(true);
    expect(isExpected(given({ namespace: "payments", ...checkout }), "payments", checkout)).toBe(true);
    expect(isExpected(given({ namespace: "payments", kind: "StatefulSet", name: "checkout" }), "payments", checkout)).toBe(false);
    expect(isExpected(given({ namespace: "payments", kind: "Deployment", name: "other" }), "payments", checkout)).toBe(false);
    expect(isExpected(given({ namespace: "payments", cluster: "test" }), "payments", checkout)).toBe(false);
    expect(isExpected(given({ namespace: "orders" }), "payments", checkout)).toBe(false);
  });

  test("a Deployment's name is its ReplicaSet's without the hash", () => {
    const of = (labels: Readonly<Record<string, string>>) =>
      ownerByName(reader(pod)(aPod({ metadata: { ...ownedBy(aReplicaSet()), labels } })));
    expect(of({ "pod-template-hash": "7d4f" })).toEqual(checkout);
    expect(of({})).toEqual({ kind: "ReplicaSet", name: "checkout-7d4f" });
    expect(ownerByName(reader(pod)(aPod()))).toEqual({ kind: "Pod", name: "checkout-7d4f-x2" });
  });
});

describe("a CA bundle", () => {
  const at = (time: string) => time as Instant;
  test("is good as long as one of its certificates is in force", () => {
    expect(caBundle(bundle(validCa), t0)).toEqual({ is: "valid", until: "2045-01-01T00:00:00.000Z" });
    expect(caBundle(bundle(expiredCa, validCa), t0).is).toBe("valid");
    expect(caBundle(bundle(expiredCa), t0)).toEqual({ is: "expired", since: "2026-11-17T00:00:00.000Z" });
    expect(caBundle(bundle(expiredCa), at("2026-11-16T23:59:59.000Z")).is).toBe("valid");
    expect(caBundle(bundle(earlyCa), t0)).toEqual({ is: "early", from: "2040-01-01T00:00:00.000Z" });
    expect(caBundle(bundle(earlyCa, expiredCa), t0).is).toBe("expired");
  });

  test("is broken where there is no certificate in it, or none that can be read", () => {
    expect(caBundle(bundle("hello"), t0)).toMatchObject({ is: "broken", says: "holds no certificate in PEM" });
    expect(caBundle(bundle("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), t0).is).toBe("broken");
    expect(caBundle("%%%", t0).is).toBe("broken");
  });
});
