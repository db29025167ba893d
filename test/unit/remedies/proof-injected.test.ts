import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Instant, Remedy } from "../../../kernel/types/index.ts";
import { injected } from "../../../runbook/checks/proof/injected.ts";
import { at } from "../../support/incidents.ts";
import {
  aController,
  aPod,
  aReplicaSet,
  type ControllerChange,
  evict,
  finding,
  label,
  labelOf,
  list,
  restart,
  revision,
  type World,
} from "./objects.ts";

const statefulSet = (...pods: readonly unknown[]): World => [
  ["/statefulsets/web", aController("web")],
  ["/pods?", list(...pods)],
];
const sets = [aReplicaSet("rs"), aReplicaSet("rs-old", "uid-web", revision(1)), aReplicaSet("rs-other", "uid-other")];
const deployment = (...pods: readonly unknown[]): World => [
  ["/deployments/web", aController("web")],
  ["/replicasets?", list(...sets)],
  ["/pods?", list(...pods)],
];
const daemonSet = (change: ControllerChange, ...pods: readonly unknown[]): World => [
  ["/daemonsets/web", aController("web", change)],
  ["/pods?", list(...pods)],
];
const old = aPod("web-0", { uid: "old", born: at(-600), injected: false });
const proof = async (remedy: Remedy, world: World, since?: Instant) => (await finding(injected, remedy, world, since)).is;

describe("after the eviction of a StatefulSet's pod", () => {
  test("the one that was made again with the volume and is Ready is the proof", async () => {
    expect(
      await finding(injected, evict(), statefulSet(aPod("web-0", { uid: "new" }), aPod("web-1", { born: at(-600), injected: false }))),
    ).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("web-0"),
    });
  });

  test("it is known by its name and uid, whatever the clocks say", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: -7200, max: 7200 }), async (born) => {
        expect(await proof(evict(), statefulSet(aPod("web-0", { uid: "new", born: at(born) })))).toBe("healthy");
        expect(await proof(evict(), statefulSet(aPod("web-0", { uid: "old", born: at(born) })))).toBe("unknown");
        expect(await proof(evict(), statefulSet(aPod("web-1", { uid: "new", born: at(born) })))).toBe("unknown");
      }),
    ));

  test("a pod without the volume is no repair", async () => {
    expect(await finding(injected, evict(), statefulSet(aPod("web-0", { uid: "new", injected: false })))).toMatchObject({
      is: "faulty",
      says: expect.stringMatching(/without the CSI volume: web-0/),
    });
  });

  test.each<[string, World, RegExp]>([
    ["nothing was made yet", statefulSet(), /has not made a pod since the write/],
    ["the old one is still there", statefulSet(old), /has not made a pod/],
    ["what is new is leaving again", statefulSet(aPod("web-0", { uid: "new", leaving: true })), /has not made a pod/],
    ["only another of the set is new", statefulSet(aPod("web-1")), /has not made a pod/],
    ["only another owner's pod is new", statefulSet(aPod("web-0", { uid: "new", by: "uid-other" })), /has not made a pod/],
    ["it is not Ready yet", statefulSet(aPod("web-0", { uid: "new", ready: false })), /not Ready yet: web-0 \(ContainerCreating\)/],
    ["the owner is gone", [], /StatefulSet web is not there any more/],
    ["the owner is another", [["/statefulsets/web", aController("web", { uid: "uid-2" })]], /not there any more/],
    ["the owner cannot be read", [["/statefulsets/web", new Error("may not be read (403)")]], /403/],
    ["the pods cannot be read", [["/pods?", new Error("no answer")], ...statefulSet()], /no answer/],
  ])("it is open while %s", async (_what, world, says) => {
    expect(await finding(injected, evict(), world)).toMatchObject({ is: "unknown", says: expect.stringMatching(says) });
  });
});

describe("after the eviction of a DaemonSet's pod", () => {
  const made = (change: Parameters<typeof aPod>[1] = {}) => daemonSet({}, aPod("web-zz", change));
  test("the new one on the same node is the proof, and no other", async () => {
    expect(await proof(evict("DaemonSet"), made())).toBe("healthy");
    expect(await proof(evict("DaemonSet"), made({ node: "n9" }))).toBe("unknown");
    expect(await proof(evict("DaemonSet"), made({ node: "n10" }))).toBe("unknown");
    expect(await proof(evict("DaemonSet"), made({ uid: "old" }))).toBe("unknown");
    expect(await proof(evict("DaemonSet"), made({ born: at(-60) }))).toBe("unknown");
  });

  test("without a node, nobody knows which one it is", async () => {
    const { node: _node, ...remedy } = evict("DaemonSet");
    expect(await proof(remedy, made())).toBe("unknown");
  });
});

describe("after the eviction of a pod that any new one may stand for", () => {
  /** Of two wanted ones, one that was there before, and one of this age. */
  const pair = (born: Instant, change: Parameters<typeof aPod>[1] = {}): World => [
    ["/replicasets/web", aController("web")],
    ...deployment(aPod("web-y", { by: "rs", born: at(-600) }), aPod("web-x", { by: "rs", born, ...change })),
  ];

  test("one that came since is the proof, once there are as many as wanted", async () => {
    expect(await proof(evict("Deployment"), pair(at(5)))).toBe("healthy");
    expect(await proof(evict("Deployment"), pair(at(5), { by: "rs-other" }))).toBe("unknown");
    expect(await proof(evict("Deployment"), pair(at(5), { leaving: true }))).toBe("unknown");
    expect(await proof(evict("Deployment"), deployment(aPod("web-x", { by: "rs" })))).toBe("unknown");
  });

  test("its time may be before ours by as much as clocks are apart, and no more", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: -20, max: 20 }), async (born) => {
        // Five seconds are the policy's, and the API server writes no fractions.
        const since = "2026-11-20T03:00:00.700Z" as Instant;
        expect(await proof(evict("Deployment"), pair(at(born)), since)).toBe(born >= -5 ? "healthy" : "unknown");
      }),
    ));
});

describe.each([restart, label])("after $kind of a Deployment", (remedy) => {
  const [one, two] = [aPod("web-a", { by: "rs" }), aPod("web-b", { by: "rs" })];
  test("all the pods must be of the newest revision, with the volume, and Ready", async () => {
    expect(await proof(remedy, deployment(one, two))).toBe("healthy");
    expect(await finding(injected, remedy, deployment(one, aPod("web-b", { by: "rs-old" })))).toMatchObject({
      is: "unknown",
      says: expect.stringMatching(/1 of 2 pods/),
    });
    expect(await proof(remedy, deployment(one, aPod("web-b", { by: "rs", injected: false })))).toBe("faulty");
  });

  test("whatever the clocks say", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: -7200, max: 7200 }), fc.constantFrom("rs", "rs-old"), async (born, by) => {
        const pods = ["web-a", "web-b"].map((name) => aPod(name, { by, born: at(born) }));
        expect(await proof(remedy, deployment(...pods))).toBe(by === "rs" ? "healthy" : "unknown");
      }),
    ));

  test.each<[string, ControllerChange]>([
    ["its controller has not seen the new template", { status: { observedGeneration: 2 } }],
    ["it does not say which revision is its newest", { own: {} }],
    ["no replica set is of its newest revision", { own: revision(3) }],
  ])("none is new where %s", async (_what, change) =>
    expect(await finding(injected, remedy, [["/deployments/web", aController("web", change)], ...deployment(one, two)])).toMatchObject({
      is: "unknown",
      says: expect.stringMatching(/has not made a pod/),
    }),
  );

  test("an owner that wants no pods proves nothing", async () => {
    const world: World = [["/deployments/web", aController("web", { wanted: 0 })], ...deployment()];
    expect(await proof(remedy, world)).toBe("unknown");
  });
});

describe("after label-pod-template of others", () => {
  const hashed = (hash: string, ...names: readonly string[]) =>
    names.map((name) => aPod(name, { labels: { app: "web", "controller-revision-hash": hash } }));
  const set = (...pods: readonly unknown[]): World => [
    ["/statefulsets/web", aController("web", { status: { updateRevision: "web-2", currentRevision: "web-1" } })],
    ["/pods?", list(...pods)],
  ];
  test("a StatefulSet's pods are known by the revision that it updates to", async () => {
    expect(await proof(labelOf("StatefulSet"), set(...hashed("web-2", "web-0", "web-1")))).toBe("healthy");
    expect(await proof(labelOf("StatefulSet"), set(...hashed("web-2", "web-1"), ...hashed("web-1", "web-0")))).toBe("unknown");
    expect(await proof(labelOf("StatefulSet"), statefulSet(...hashed("web-2", "web-0", "web-1")))).toBe("unknown");
  });

  const numbered = (number: string, ...names: readonly string[]) =>
    names.map((name) => aPod(name, { labels: { app: "web", "pod-template-generation": number } }));
  const generation = { own: { "deprecated.daemonset.template.generation": "4" } };
  test("a DaemonSet's by the number of its template", async () => {
    expect(await proof(labelOf("DaemonSet"), daemonSet(generation, ...numbered("4", "web-a", "web-b")))).toBe("healthy");
    expect(await proof(labelOf("DaemonSet"), daemonSet(generation, ...numbered("4", "web-a"), ...numbered("3", "web-b")))).toBe("unknown");
  });
  test("and where none is numbered any more, all of them once all are updated", async () => {
    const updated = (updatedNumberScheduled: number) => ({ own: {}, status: { updatedReplicas: undefined, updatedNumberScheduled } });
    const pods = [aPod("web-a"), aPod("web-b")];
    expect(await proof(labelOf("DaemonSet"), daemonSet(updated(2), ...pods))).toBe("healthy");
    expect(await proof(labelOf("DaemonSet"), daemonSet(updated(1), ...pods))).toBe("unknown");
  });
});
