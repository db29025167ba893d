import { describe, expect, test } from "vitest";
import { svidExists } from "../../../runbook/checks/svid-exists.ts";
import { svidFargate } from "../../../runbook/checks/svid-fargate.ts";
import { svidOwnMount } from "../../../runbook/checks/svid-own-mount.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { aWorld, checkout, without, withThese } from "../../support/clusters.ts";
import { finding, Missing } from "../../support/evidence.ts";
import { aPod, aReplicaSet, type Change, driver, injected, type Raw } from "../../support/objects.ts";
import { aWorkload } from "../../support/workloads.ts";

const pod = cluster.pod("payments", "checkout-7d4f-x2");
const world = (change: Change = {}) => ({ objects: aWorld(...checkout({ pod: change })) });

describe("svid.exists", () => {
  test("is healthy for a live pod of the named owner", async () => {
    expect(await finding(svidExists, aWorkload(), world())).toMatchObject({
      is: "healthy",
      says: "payments/checkout-7d4f-x2 is Running, made by Deployment checkout",
    });
    const unnamed = aWorkload({ owner: { kind: "Pod", name: "checkout-7d4f-x2" } });
    expect((await finding(svidExists, unnamed, world())).is).toBe("healthy");
  });

  test("finds an owner, or a pod of its own, that is not there", async () => {
    const { pod: _none, ...owner } = aWorkload();
    expect(await finding(svidExists, owner, { objects: [] })).toMatchObject({
      is: "faulty",
      says: "there is no Deployment payments/checkout",
    });
    const alone = aWorkload({ owner: { kind: "Pod", name: "lonely" }, pod: "lonely" });
    expect(await finding(svidExists, alone, { objects: [] })).toMatchObject({ is: "faulty", says: "there is no pod payments/lonely" });
    const ended = aPod({ metadata: { name: "lonely" }, status: { phase: "Failed", reason: "Evicted" } });
    expect(await finding(svidExists, alone, { objects: [ended] })).toMatchObject({
      is: "faulty",
      says: "payments/lonely has ended (Evicted)",
    });
  });

  test("a pod that went away says nothing about its owner", async () => {
    expect((await finding(svidExists, aWorkload(), { objects: without(aWorld(...checkout()), "Pod") })).is).toBe("not-applicable");
    expect((await finding(svidExists, aWorkload(), world({ metadata: { deletionTimestamp: "2026-11-20T02:59:00Z" } }))).is).toBe(
      "not-applicable",
    );
  });

  test("is unknown where the pod is another owner's, its owner is gone, or nothing can be read", async () => {
    const other = aWorkload({ owner: { kind: "Deployment", name: "orders" } });
    expect(await finding(svidExists, other, world())).toMatchObject({
      is: "unknown",
      says: expect.stringContaining("belongs to Deployment checkout, not to Deployment orders"),
    });
    const replaced = { objects: withThese(aWorld(...checkout()), aReplicaSet({ metadata: { uid: "u-new" } })) };
    expect(await finding(svidExists, aWorkload(), replaced)).toMatchObject({
      is: "unknown",
      says: expect.stringContaining("names ReplicaSet checkout-7d4f as its owner, which is not there or is another one by now"),
    });
    expect(await finding(svidExists, aWorkload(), { ...world(), besides: [[pod, new Missing("403")]] })).toMatchObject({
      is: "unknown",
      says: "403",
    });
    expect((await finding(svidExists, aWorkload({ pod: "a/../b" }), world())).is).toBe("unknown");
    const { pod: _none, ...owner } = aWorkload();
    expect((await finding(svidExists, owner, world())).is).toBe("unknown");
  });
});

describe("svid.fargate", () => {
  test("finds a pod on Fargate, stays quiet for others, and is unknown where the node cannot be read", async () => {
    const profile = { metadata: { labels: { "eks.amazonaws.com/fargate-profile": "apps" } } };
    expect(await finding(svidFargate, aWorkload(), world(profile))).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("Fargate profile apps"),
    });
    expect((await finding(svidFargate, aWorkload(), world())).is).toBe("healthy");
    const blind = { ...world(), besides: [[cluster.node("node-1"), new Missing("403")] as const] };
    expect((await finding(svidFargate, aWorkload(), blind)).is).toBe("unknown");
  });

  test("does not ask about a node where there is none yet", async () => {
    expect((await finding(svidFargate, aWorkload(), world({ spec: { nodeName: undefined } }))).is).toBe("healthy");
  });
});

describe("svid.own-mount", () => {
  const own = (spec: Change) => ({ deployment: { spec: { template: { spec } } }, pod: { spec } });
  const inWorld = (parts: Parameters<typeof checkout>[0]) => ({ objects: aWorld(...checkout(parts)) });

  test("is healthy for a complete mount of its own, and for none", async () => {
    expect(await finding(svidOwnMount, aWorkload(), inWorld(own(injected)))).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("mounted where it is looked for"),
    });
    expect(await finding(svidOwnMount, aWorkload(), world())).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("depends on the webhook"),
    });
  });

  test("finds one that is not complete", async () => {
    const writable = { ...injected, volumes: [{ name: "spiffe-workload-api", csi: { driver } }] };
    expect(await finding(svidOwnMount, aWorkload(), inWorld(own(writable)))).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("is not readOnly"),
    });
  });

  test("finds a pod of before its template brought the mount", async () => {
    const parts = { deployment: { spec: { template: { spec: injected } } } };
    expect(await finding(svidOwnMount, aWorkload(), inWorld(parts))).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("of an older template"),
    });
  });

  test("does not apply to what the webhook injected", async () => {
    expect((await finding(svidOwnMount, aWorkload(), world({ spec: injected }))).is).toBe("not-applicable");
  });

  test("a directory of the node is a mount of its own; what serves elsewhere cannot be seen", async () => {
    const mounts = (volume: Change): Raw[] => [
      ...checkout({
        pod: {
          spec: {
            volumes: [{ name: "v", ...volume }],
            containers: [
              {
                name: "app",
                env: [{ name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///s/agent.sock" }],
                volumeMounts: [{ name: "v", mountPath: "/s" }],
              },
            ],
          },
        },
      }),
    ];
    expect((await finding(svidOwnMount, aWorkload(), { objects: aWorld(...mounts({ hostPath: { path: "/run/spirl" } })) })).is).toBe(
      "healthy",
    );
    expect((await finding(svidOwnMount, aWorkload(), { objects: aWorld(...mounts({ emptyDir: {} })) })).is).toBe("unknown");
  });

  test("is unknown where the template cannot be read", async () => {
    const blind = [[cluster.controller("Deployment", "payments", "checkout"), new Missing("403")] as const];
    expect((await finding(svidOwnMount, aWorkload(), { ...world(), besides: blind })).is).toBe("unknown");
  });
});
