import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostOfTheFleet } from "../../../runbook/guards/most-of-the-fleet.ts";
import { allPods, namespaces, nodes, webhookConfiguration } from "../../../runbook/queries/kubernetes.ts";
import { Missing } from "../../support/evidence.ts";
import { type Asked, asked } from "../../support/guards.ts";
import { aPolicy } from "../../support/incidents.ts";
import {
  aNamespace,
  aNode,
  aPod,
  aReplicaSet,
  aWebhook,
  aWebhookBy,
  type Change,
  injected,
  label,
  ownedBy,
  type Raw,
} from "../../support/objects.ts";

const enabled = { [label]: "enabled" };
const pods = (prefix: string, count: number, change: Change = {}, labels: Change = enabled): readonly Raw[] =>
  Array.from({ length: count }, (_, index) => aPod({ metadata: { name: `${prefix}-${index}`, labels }, ...change }));
/** So many pods that should have the volume and lack it, or have it; and others, of which nobody expects it. */
const fleet = (symptomatic: number, well: number, others = 0, webhook: Raw = aWebhook()): Asked => ({
  objects: [
    webhook,
    aNamespace(),
    ...pods("ill", symptomatic),
    ...pods("well", well, { spec: injected }),
    ...pods("other", others, {}, {}),
  ],
});
const limits = (fleetFloor: number, fleetShare: number) => ({ policy: aPolicy({ limits: { fleetFloor, fleetShare } }) });
const rule = async (change: Asked) => (await asked(mostOfTheFleet, change)).rule;

describe("most-of-the-fleet", () => {
  it("allows where few lack the volume", async () => expect(await asked(mostOfTheFleet, fleet(2, 3))).toEqual({ rule: "allow" }));

  it("denies for the fleet, with the numbers, from the share on", async () => {
    expect(await asked(mostOfTheFleet, fleet(12, 2))).toEqual({
      guard: "most-of-the-fleet",
      rule: "deny",
      says: "12 of 14 pods that should have an identity, of 12 of 14 workloads, have none: look at the webhook and the servers first",
      fleet: true,
    });
    expect(await rule(fleet(4, 16))).toBe("deny");
    expect(await rule(fleet(4, 17))).toBe("allow");
  });

  /** So many pods of one Deployment. */
  const ofOne = (name: string, count: number, change: Change = {}): readonly Raw[] => {
    const set = aReplicaSet({ metadata: { name: `${name}-7d4f` } });
    const labels = { ...enabled, "pod-template-hash": "7d4f" };
    return pods(name, count, change).map((pod) => ({ ...pod, metadata: { ...pod.metadata, ...ownedBy(set), labels } }));
  };
  const cluster = (...objects: readonly (readonly Raw[])[]): Asked => ({ objects: [aWebhook(), aNamespace(), ...objects.flat()] });

  it("one workload is not the fleet, however many pods it has", async () => {
    expect(await rule(cluster(ofOne("checkout", 3), pods("well", 12, { spec: injected })))).toBe("allow");
    expect(await rule(cluster(ofOne("checkout", 200)))).toBe("allow");
    expect(await rule(cluster(ofOne("a", 50), ofOne("b", 50)))).toBe("allow");
    expect(await rule(cluster(ofOne("a", 1), ofOne("b", 1), ofOne("c", 1)))).toBe("deny");
  });

  it("the share is that of the workloads or of the pods, whichever is larger", async () => {
    const three = [ofOne("a", 30), ofOne("b", 30), ofOne("c", 30)];
    const many = (owners: number, each: number) =>
      Array.from({ length: owners }, (_, index) => ofOne(`well-${index}`, each, { spec: injected })).flat();
    // 3 of 43 workloads, 90 of 130 pods; 3 of 13 workloads, 3 of 103 pods; 3 of 43, and 3 of 103.
    expect(await rule(cluster(...three, many(40, 1)))).toBe("deny");
    expect(await rule(cluster(ofOne("a", 1), ofOne("b", 1), ofOne("c", 1), many(10, 10)))).toBe("deny");
    expect(await rule(cluster(ofOne("a", 1), ofOne("b", 1), ofOne("c", 1), many(40, 2), many(20, 1)))).toBe("allow");
  });

  it("who brings a mount of its own lacks none, and on Fargate nobody can have one", async () => {
    const spec = {
      volumes: [{ name: "v", hostPath: { path: "/run/spirl" } }],
      containers: [
        {
          name: "app",
          env: [{ name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///s/agent.sock" }],
          volumeMounts: [{ name: "v", mountPath: "/s" }],
        },
      ],
    };
    expect(await rule(cluster(pods("own", 9, { spec })))).toBe("allow");
    const serverless = [
      ...pods("by-label", 5, {}, { ...enabled, "eks.amazonaws.com/fargate-profile": "p" }),
      ...pods("by-node", 5, { spec: { nodeName: "f-1" } }),
      aNode({ metadata: { name: "f-1", labels: { "eks.amazonaws.com/compute-type": "fargate" } } }),
    ];
    expect(await rule(cluster(serverless, pods("well", 1, { spec: injected })))).toBe("allow");
  });

  it("what is to be taken back may be why most of the fleet shows it", async () =>
    expect(await asked(mostOfTheFleet, { undoing: true, ...fleet(12, 2) })).toEqual({ rule: "allow" }));

  it("is never the fleet's below the floor, whatever the share", async () => {
    expect(await rule(fleet(2, 0))).toBe("allow");
    expect(await rule(fleet(3, 0))).toBe("deny");
  });

  it("does not count pods that nobody expects it of, that ended, or that leave", async () => {
    expect(await rule(fleet(4, 0, 500))).toBe("deny");
    const ended = pods("job", 100, { status: { phase: "Succeeded" } });
    const leaving = pods("old", 100).map((pod) => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-11-20T03:00:00Z" } }));
    expect(await rule({ objects: [...(fleet(2, 40).objects ?? []), ...ended, ...leaving] })).toBe("allow");
  });

  it("whom the policy names is expected, although the webhook would leave him out", async () => {
    const policy = aPolicy({ expected: [{ namespace: "payments" }] });
    expect(await rule({ ...fleet(0, 0, 5), policy })).toBe("deny");
  });

  it("principle 1: of whom it cannot be computed counts as concerned", async () => {
    const asksTheUser = aWebhookBy({ matchConditions: [{ name: "by-user", expression: "request.userInfo.username == 'x'" }] });
    const known = pods("known", 2, { spec: injected }).map((pod) => ({ ...pod, metadata: { ...pod.metadata, namespace: "shop" } }));
    const objects = [...(fleet(5, 4, 0, asksTheUser).objects ?? []), aNamespace({ metadata: { name: "shop" } }), ...known];
    expect(await asked(mostOfTheFleet, { objects, policy: aPolicy({ expected: [{ namespace: "shop" }] }) })).toMatchObject({
      rule: "deny",
      fleet: true,
      says: expect.stringMatching(/^5 of 7 /),
    });
  });

  it("denies, and does not fold, where nobody is expected", async () =>
    expect(await asked(mostOfTheFleet, fleet(0, 0, 5))).toEqual({
      guard: "most-of-the-fleet",
      rule: "deny",
      says: "no pod is expected to have an identity here, so a share cannot be told",
    }));

  it.each([
    ["pods", allPods()],
    ["namespaces", namespaces()],
    ["nodes", nodes()],
    ["webhook", webhookConfiguration("spirl-controller-webhook")],
  ])("denies, and does not fold, where the %s cannot be read", async (_what, query) =>
    expect(await asked(mostOfTheFleet, { ...fleet(9, 0), besides: [[query, new Missing("timed out")]] })).toEqual({
      guard: "most-of-the-fleet",
      rule: "deny",
      says: "cannot tell: timed out",
      untold: true,
    }),
  );
});

describe("most-of-the-fleet, for any fleet and limits", () => {
  const count = fc.integer({ min: 0, max: 14 });
  const share = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
  const floor = fc.integer({ min: 1, max: 6 });

  it("agrees with a count by hand: at least the floor, and at least the share", () =>
    fc.assert(
      fc.asyncProperty(count, count, floor, share, async (ill, well, least, part) => {
        fc.pre(ill + well > 0);
        const wide = ill >= least && ill >= part * (ill + well) - 1e-9;
        expect(await rule({ ...fleet(ill, well, 3), ...limits(least, part) })).toBe(wide ? "deny" : "allow");
      }),
      { numRuns: 60 },
    ));

  it("never allows what it denied with fewer symptomatic pods of the same fleet", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), floor, share, async (size, least, part) => {
        const rules: string[] = [];
        for (let ill = 0; ill <= size; ill++) rules.push(await rule({ ...fleet(ill, size - ill), ...limits(least, part) }));
        const first = rules.indexOf("deny");
        expect(first < 0 ? [] : rules.slice(first).filter((one) => one !== "deny")).toEqual([]);
      }),
      { numRuns: 20 },
    ));
});
