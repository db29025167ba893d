import { describe, expect, it } from "vitest";
import type { OwnerKind, Remedy, Scope, Uid } from "../../../kernel/types/index.ts";
import { explicitLiveTargets } from "../../../runbook/guards/explicit-live-targets.ts";
import { controller, namespace, pod } from "../../../runbook/queries/kubernetes.ts";
import { checkout, ledger, withThese } from "../../support/clusters.ts";
import { Missing } from "../../support/evidence.ts";
import { type Asked, asked, now } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, anIncident, aRestart, aTemplateLabel } from "../../support/incidents.ts";
import { aDeployment, aNamespace, aPod, aReplicaSet, aStatefulSet, ownedBy, type Raw } from "../../support/objects.ts";

const objects = [aNamespace({ metadata: { uid: "u-payments" } }), ...checkout(), ...ledger()];
const about = (scope: Scope) => ({ incident: anIncident({ scope }) });
const owner = (kind: OwnerKind, name: string, within = "payments") => about({ of: "owner", namespace: within, kind, name });
const say = (change: Asked) => asked(explicitLiveTargets, { objects, ...change });
const ofPod = (name: string): Remedy =>
  anEviction(name, { owner: { kind: "ReplicaSet", name: "checkout-7d4f", uid: "u-checkout-7d4f" as Uid } });

describe("explicit-live-targets: whose target it is", () => {
  it.each<readonly [string, Remedy, Scope]>([
    ["the alert's owner itself", aRestart(), { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" }],
    ["its template", aTemplateLabel(), { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" }],
    ["its pod", anEviction(), { of: "owner", namespace: "payments", kind: "StatefulSet", name: "ledger" }],
    ["its pod, two owners below", ofPod("checkout-7d4f-x2"), { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" }],
    ["the alert's pod itself", anEviction(), { of: "owner", namespace: "payments", kind: "Pod", name: "ledger-0" }],
    ["the alert's pod's Deployment", aRestart(), { of: "owner", namespace: "payments", kind: "Pod", name: "checkout-7d4f-x2" }],
    [
      "the Deployment of the alert's ReplicaSet",
      aRestart(),
      { of: "owner", namespace: "payments", kind: "ReplicaSet", name: "checkout-7d4f" },
    ],
    [
      "the pod of the alert's ReplicaSet",
      ofPod("checkout-7d4f-x2"),
      { of: "owner", namespace: "payments", kind: "ReplicaSet", name: "checkout-7d4f" },
    ],
    ["the owner's namespace", aNamespaceLabel(), { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" }],
    ["the alert's namespace", aNamespaceLabel(), { of: "namespace", namespace: "payments" }],
  ])("allows %s", async (_what, remedy, scope) => expect(await say({ remedy, ...about(scope) })).toEqual({ rule: "allow" }));

  it.each<readonly [string, Remedy, Scope, string]>([
    ["the whole cluster", aRestart(), { of: "cluster" }, "the alert is about the whole cluster, and names no workload to write to"],
    ["a node", aRestart(), { of: "node", node: "node-1" }, "the alert is about a node, and names no workload to write to"],
    ["a host", aRestart(), { of: "host", instance: "i-1" }, "the alert is about a host, and names no workload to write to"],
    ["another namespace", aNamespaceLabel(), { of: "namespace", namespace: "shop" }, "the alert is about namespace shop"],
    [
      "its whole namespace",
      aRestart(),
      { of: "namespace", namespace: "payments" },
      "the alert names the namespace payments and no workload in it",
    ],
    [
      "its neighbour",
      anEviction(),
      { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" },
      "Pod ledger-0 is not Deployment checkout, nor its owner or pod",
    ],
    [
      "its namesake of another kind",
      aRestart(),
      { of: "owner", namespace: "payments", kind: "StatefulSet", name: "checkout" },
      "Deployment checkout is not StatefulSet checkout, nor its owner or pod",
    ],
    [
      "a pod of somebody else",
      aRestart(),
      { of: "owner", namespace: "payments", kind: "Pod", name: "ledger-0" },
      "Deployment checkout is not Pod ledger-0, nor its owner or pod",
    ],
    [
      "a ReplicaSet that is gone",
      aRestart(),
      { of: "owner", namespace: "payments", kind: "ReplicaSet", name: "checkout-gone" },
      "Deployment checkout is not ReplicaSet checkout-gone, nor its owner or pod",
    ],
    [
      "a pod that is gone",
      aRestart(),
      { of: "owner", namespace: "payments", kind: "Pod", name: "checkout-gone" },
      "Deployment checkout is not Pod checkout-gone, nor its owner or pod",
    ],
  ])("denies where the alert is about %s", async (_what, remedy, scope, says) =>
    expect(await say({ remedy, ...about(scope) })).toEqual({ guard: "explicit-live-targets", rule: "deny", says }),
  );

  it("denies a target in another cluster", async () =>
    expect(await say({ incident: anIncident({ cluster: "dev" }) })).toMatchObject({
      says: "the target is in cluster prod, the alert in dev",
    }));

  it("goes by uid: a ReplicaSet of the name that made another pod does not tie the pod to its Deployment", async () => {
    const impostor = aReplicaSet({ metadata: { uid: "u-other", ...ownedBy(aDeployment()) } });
    expect(
      await say({ remedy: ofPod("checkout-7d4f-x2"), ...owner("Deployment", "checkout"), objects: withThese(objects, impostor) }),
    ).toMatchObject({
      rule: "deny",
      says: "Pod checkout-7d4f-x2 is not Deployment checkout, nor its owner or pod",
    });
  });
});

describe("explicit-live-targets: a ReplicaSet", () => {
  const scoped = owner("ReplicaSet", "checkout-7d4f");
  it("goes by the uid of its controller: one of another Deployment, or of none, leads nowhere", async () => {
    for (const metadata of [ownedBy(aDeployment({ metadata: { uid: "u-other" } })), {}]) {
      const set = aReplicaSet({ metadata });
      expect(await say({ ...scoped, objects: withThese(objects, set) })).toMatchObject({
        rule: "deny",
        says: "Deployment checkout is not ReplicaSet checkout-7d4f, nor its owner or pod",
      });
    }
  });
  it("that cannot be read denies", async () =>
    expect(await say({ ...scoped, besides: [[controller("ReplicaSet", "payments", "checkout-7d4f"), new Missing("403")]] })).toMatchObject({
      rule: "deny",
      says: "cannot tell: 403",
    }));
});

describe("explicit-live-targets: whether it is still the object that was planned on", () => {
  const changed = (...by: readonly Raw[]): Asked => ({ objects: withThese(objects, ...by) });
  const deployment = aDeployment();
  it.each<readonly [string, Asked, string]>([
    ["is gone", { objects: objects.filter((one) => one !== objects[1] && one.kind !== "Deployment") }, "Deployment checkout is gone"],
    [
      "was made again",
      changed(aDeployment({ metadata: { uid: "u-2" } })),
      "Deployment checkout is another one now (uid u-2, planned on u-checkout)",
    ],
    [
      "is being deleted",
      changed(aDeployment({ metadata: { deletionTimestamp: "2026-11-20T03:01:00Z" } })),
      "Deployment checkout is being deleted",
    ],
    [
      "has another spec",
      changed(aDeployment({ metadata: { generation: 2 } })),
      "the spec of Deployment checkout has changed since the plan",
    ],
  ])("asks for a new plan, at once, where it %s", async (_what, change, says) =>
    expect(await say(change)).toEqual({ guard: "explicit-live-targets", rule: "deny", says, until: now }),
  );

  it("a status moves the resourceVersion and no generation", async () =>
    expect(await say(changed(aDeployment({ metadata: { ...deployment.metadata, resourceVersion: "101" } })))).toEqual({ rule: "allow" }));

  it("a pod of the name with another uid is another pod", async () => {
    const again = aPod({ metadata: { name: "ledger-0", uid: "u-again", ...ownedBy(aStatefulSet()) } });
    expect(await say({ remedy: anEviction(), ...owner("StatefulSet", "ledger"), ...changed(again) })).toMatchObject({
      says: "Pod ledger-0 is another one now (uid u-again, planned on u-ledger-0)",
      until: now,
    });
  });

  it("what cannot be read denies", async () => {
    expect(await say({ remedy: aNamespaceLabel(), besides: [[namespace("payments"), new Missing("forbidden")]] })).toEqual({
      guard: "explicit-live-targets",
      rule: "deny",
      says: "cannot tell: forbidden",
      untold: true,
    });
    const blind = { besides: [[pod("payments", "checkout-7d4f-x2"), new Missing("timed out")]] } as const;
    expect(await say({ ...owner("Pod", "checkout-7d4f-x2"), ...blind })).toMatchObject({ rule: "deny", says: "cannot tell: timed out" });
  });
});
