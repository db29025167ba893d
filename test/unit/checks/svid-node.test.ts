import { describe, expect, test } from "vitest";
import { svidAgentOnNode } from "../../../runbook/checks/svid-agent-on-node.ts";
import { svidCsiOnNode } from "../../../runbook/checks/svid-csi-on-node.ts";
import { svidMintFailures } from "../../../runbook/checks/svid-mint-failures.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { agentReports, lateSvidsOf } from "../../../runbook/queries/prometheus.ts";
import { aWorld, checkout, without, withThese } from "../../support/clusters.ts";
import { type Answers, finding, given, Missing } from "../../support/evidence.ts";
import { at } from "../../support/incidents.ts";
import { agentMetrics, type Idle, idleAgent } from "../../support/metrics.ts";
import { aCsiNode, anEvent, type Change, injected, merged, type Raw } from "../../support/objects.ts";
import { aWorkload } from "../../support/workloads.ts";

const objects = aWorld(...checkout({ pod: { spec: injected } }));
/** One object of the world, changed. */
const changed = (name: string, change: Change, kind = "Pod"): Raw =>
  merged(objects.find((object) => object.kind === kind && object.metadata.name === name) ?? {}, change) as unknown as Raw;
const notReady = { status: { conditions: [{ type: "Ready", status: "False" }] } };
const unscheduled = { objects: aWorld(...checkout({ pod: { spec: { nodeName: undefined } } })), besides: agentMetrics() };
const onFargate = { objects: aWorld(...checkout({ pod: { spec: { schedulerName: "fargate-scheduler" } } })) };

describe("svid.csi-on-node", () => {
  const csi = (answers: Answers) => finding(svidCsiOnNode, aWorkload(), answers);
  const pending = (message: string, about = "u-checkout-7d4f-x2", reason = "FailedMount"): Answers => ({
    objects: withThese(
      objects,
      changed("checkout-7d4f-x2", { status: { phase: "Pending" } }),
      anEvent({ reason, message, involvedObject: { kind: "Pod", name: "checkout-7d4f-x2", uid: about } }),
    ),
  });

  test("is healthy where the driver is registered and its pod Ready", async () => {
    expect(await csi({ objects })).toMatchObject({
      is: "healthy",
      says: "spiffe-csi-driver-node-1 is Ready on node-1 and csi.spiffe.io is registered there",
    });
  });

  test.each<[string, readonly Raw[], string]>([
    [
      "no driver pod on this very node",
      without(objects, "Pod", "spiffe-csi-driver-node-1"),
      "no CSI driver pod is on node-1 (spiffe-csi-driver: 2 of 2 Ready)",
    ],
    ["a driver pod that is not Ready", withThese(objects, changed("spiffe-csi-driver-node-1", notReady)), "is not Ready"],
    [
      "a driver pod that only looks like the DaemonSet's",
      withThese(objects, changed("spiffe-csi-driver-node-1", { metadata: { ownerReferences: undefined } })),
      "no CSI driver pod is on node-1",
    ],
    ["no DaemonSet", without(objects, "DaemonSet", "spiffe-csi-driver"), "there is no DaemonSet spiffe-csi-driver"],
    [
      "a driver that is not registered",
      withThese(objects, aCsiNode({ spec: { drivers: [{ name: "ebs.csi.aws.com" }] } })),
      "node-1 has not registered csi.spiffe.io",
    ],
    ["no CSINode", without(objects, "CSINode", "node-1"), "it has no CSINode"],
  ])("finds %s", async (_what, there, says) => {
    expect(await csi({ objects: there })).toMatchObject({ is: "faulty", says: expect.stringContaining(says) });
  });

  test("finds a mount that fails, in one line of what the kubelet says; not another pod's, nor another volume's", async () => {
    expect(
      await csi(pending('MountVolume.SetUp failed for volume "spiffe-workload-api" :\n  driver name csi.spiffe.io not found')),
    ).toMatchObject({
      is: "faulty",
      says: expect.stringContaining('failed for volume "spiffe-workload-api" : driver name csi.spiffe.io not found (3 times)'),
    });
    expect((await csi(pending('failed for volume "spiffe-workload-api"', "u-before"))).is).toBe("healthy");
    expect((await csi(pending('failed for volume "config"'))).is).toBe("healthy");
    expect((await csi(pending("csi.spiffe.io", undefined, "Scheduled"))).is).toBe("healthy");
  });

  test("events that may not be read take nothing away", async () => {
    const besides = [[cluster.eventsOf("payments", "checkout-7d4f-x2"), new Missing("403")] as const];
    expect((await csi({ ...pending("x"), besides })).is).toBe("healthy");
  });

  test("does not apply without a node, on Fargate, or to a mount without the driver", async () => {
    expect((await csi(unscheduled)).is).toBe("not-applicable");
    expect((await csi(onFargate)).is).toBe("not-applicable");
    const spec = {
      volumes: [{ name: "v", hostPath: { path: "/run/spirl" } }],
      containers: [{ name: "app", volumeMounts: [{ name: "v", mountPath: "/spirl-agent-socket" }] }],
    };
    expect((await csi({ objects: aWorld(...checkout({ pod: { spec } })) })).is).toBe("not-applicable");
  });

  test("is unknown where the node's drivers or pods cannot be read", async () => {
    for (const query of [cluster.csiNode("node-1"), cluster.podsOnIn("node-1", "spirl-system")])
      expect((await csi({ objects, besides: [[query, new Missing("403")]] })).is).toBe("unknown");
  });
});

describe("svid.agent-on-node", () => {
  const agent = (answers: Answers) => finding(svidAgentOnNode, aWorkload(), answers);

  test("is healthy where the agent of this very node is Ready", async () => {
    expect(await agent({ objects })).toMatchObject({ is: "healthy", says: "agent spirl-agent-node-1 is Ready on node-1" });
  });

  test("finds an agent that is not Ready, and where to go on", async () => {
    const waiting = {
      status: { ...notReady.status, containerStatuses: [{ name: "spirl-agent", state: { waiting: { reason: "CrashLoopBackOff" } } }] },
    };
    expect(await agent({ objects: withThese(objects, changed("spirl-agent-node-1", waiting)) })).toMatchObject({
      is: "faulty",
      says: "agent spirl-agent-node-1 on node-1 is not Ready, container spirl-agent is in CrashLoopBackOff",
      see: "agent-restarts",
    });
  });

  test("says so where it has only just started", async () => {
    const fresh = merged(notReady, { status: { startTime: "2026-11-20T02:59:20Z" } });
    expect(await agent({ objects: withThese(objects, changed("spirl-agent-node-1", fresh)) })).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("started 40 s ago, and until it has a bundle"),
    });
  });

  test("while one replaces another, the Ready one counts; one that is leaving does not", async () => {
    const second = { ...changed("spirl-agent-node-1", { metadata: { name: "spirl-agent-new" } }) };
    const both = withThese(objects, changed("spirl-agent-node-1", notReady), second);
    expect(await agent({ objects: both })).toMatchObject({ is: "healthy", says: "agent spirl-agent-new is Ready on node-1" });
    const leaving = changed("spirl-agent-node-1", { metadata: { deletionTimestamp: "2026-11-20T02:59:59Z" } });
    expect(await agent({ objects: withThese(objects, leaving) })).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("no agent runs on node-1"),
    });
  });

  test("finds that there is none, here or at all", async () => {
    expect(await agent({ objects: without(objects, "Pod", "spirl-agent-node-1") })).toMatchObject({
      is: "faulty",
      says: "no agent runs on node-1 (spirl-agent: 2 of 2 Ready)",
    });
    expect(await agent({ objects: without(objects, "DaemonSet", "spirl-agent") })).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("there is no DaemonSet spirl-system/spirl-agent"),
    });
  });

  test("does not apply without a node or on Fargate, and is unknown where it cannot be read", async () => {
    expect((await agent(unscheduled)).is).toBe("not-applicable");
    expect((await agent(onFargate)).is).toBe("not-applicable");
    expect(
      (await agent({ objects, besides: [[cluster.controller("DaemonSet", "spirl-system", "spirl-agent"), new Missing("403")]] })).is,
    ).toBe("unknown");
  });
});

describe("svid.mint-failures", () => {
  type Mints = Parameters<typeof agentMetrics>[1];
  const mints = (...counts: NonNullable<Mints>) =>
    finding(svidMintFailures, aWorkload(), { objects, besides: agentMetrics("spirl-agent-node-1", counts) });

  test("is healthy where nearly all succeed, and where the few that there were did", async () => {
    expect(await mints(["x509", "ok", 995.4], ["x509", "signer_mint_failed", 4.6])).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("minted 1000 times in 5 minutes, 5 failed"),
    });
    expect(await mints(["jwt", "ok", 2])).toMatchObject({ is: "healthy", says: expect.stringContaining("none failed") });
  });

  test.each([
    ["attestation_failed", "attestation-failures"],
    ["signer_mint_failed", "server-connectivity"],
    ["key_generation_failed", "resource-saturation"],
  ])("finds %s and says where to go on", async (code, see) => {
    expect(await mints(["x509", "ok", 97], ["x509", code, 3])).toMatchObject({
      is: "faulty",
      says: `agent spirl-agent-node-1 on node-1 fails 3 of 100 x509 mints (3 %) in 5 minutes, mostly with ${code}`,
      see,
    });
  });

  test("by type: one that works does not hide one that fails; with none that succeeds, too", async () => {
    expect(await mints(["x509", "ok", 100_000], ["jwt", "signer_mint_failed", 40])).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("40 of 40 jwt mints (100 %)"),
    });
    expect(await mints(["x509", "signer_mint_failed", 20], ["x509", "attestation_failed", 30])).toMatchObject({
      is: "faulty",
      see: "attestation-failures",
    });
    const other = await mints(["x509", "new_code", 50]);
    expect(other.is).toBe("faulty");
    expect(other).not.toHaveProperty("see");
  });

  test("a few failures are too few to judge by", async () => {
    expect(await mints(["x509", "signer_mint_failed", 5])).toMatchObject({
      is: "unknown",
      says: expect.stringContaining("too few to judge by (at least 20)"),
    });
  });

  test("an agent that does not report is unknown", async () => {
    for (const raw of [[], [{ labels: {}, value: 0 }], new Missing("no answer"), "<html>"])
      expect(
        (
          await finding(svidMintFailures, aWorkload(), {
            objects,
            besides: [...agentMetrics(), [agentReports(given(), "spirl-agent-node-1"), raw]],
          })
        ).is,
      ).toBe("unknown");
    expect((await finding(svidMintFailures, aWorkload(), { objects })).is).toBe("unknown");
  });

  const idle = (change?: Idle, pod: Change = {}) =>
    finding(svidMintFailures, aWorkload(), { objects: aWorld(...checkout({ pod })), besides: idleAgent(change) });

  test("an idle agent is healthy where it minted since the pod came, and none of its SVIDs is late", async () =>
    expect(await idle()).toMatchObject({
      is: "healthy",
      says: "agent spirl-agent-node-1 on node-1 minted nothing in 5 minutes, and 12 times in the last 24 h: it is idle, and none of its SVIDs is late",
    }));

  test.each<readonly [string, Idle]>([
    ["nothing was minted since the pod came", { mints: [] }],
    ["so little that it is a rounding of Prometheus", { mints: [["x509", "ok", 0.4]] }],
    ["what was tried did not succeed", { mints: [["x509", "signer_mint_failed", 3]] }],
  ])("whether an idle agent gets SVIDs is unknown where %s", async (_what, change) => expect((await idle(change)).is).toBe("unknown"));

  test("an idle agent whose SVIDs are late does not renew them", async () => {
    for (const change of [{ expiring: 2 }, { outdated: 2 }, { expiring: 1, outdated: 1 }])
      expect(await idle(change)).toMatchObject({
        is: "faulty",
        says: expect.stringContaining("2 of its SVIDs are past their half-life or expired"),
        see: "server-connectivity",
      });
  });

  test("an idle agent is asked about the time since the pod came, in whole minutes, from five minutes to a day", async () => {
    const born = (seconds: number): Change => ({ metadata: { creationTimestamp: at(-seconds).replace(".000Z", "Z") } });
    for (const [age, window] of [
      [10, 300],
      [300, 300],
      [301, 360],
      [7199, 7200],
      [90_000, 86_400],
    ] as const) {
      expect((await idle({ window }, born(age))).is).toBe("healthy");
      expect((await idle({ window: window + 60 }, born(age))).is).toBe("unknown");
    }
  });

  test("whether SVIDs are late must be known", async () =>
    expect(
      await finding(svidMintFailures, aWorkload(), {
        objects,
        besides: [...idleAgent(), [lateSvidsOf(given(), "spirl-agent-node-1", "outdated"), new Missing("no answer")]],
      }),
    ).toMatchObject({ is: "unknown", says: "no answer" }));

  test("does not apply without a node or an agent", async () => {
    expect((await finding(svidMintFailures, aWorkload(), unscheduled)).is).toBe("not-applicable");
    expect((await finding(svidMintFailures, aWorkload(), { objects: without(objects, "Pod", "spirl-agent-node-1") })).is).toBe(
      "not-applicable",
    );
  });
});
