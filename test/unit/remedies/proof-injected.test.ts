import { describe, expect, test } from "vitest";
import type { Instant } from "../../../kernel/types/index.ts";
import { injected } from "../../../runbook/checks/proof/injected.ts";
import { at } from "../../support/incidents.ts";
import { aController, aPod, aReplicaSet, evict, finding, label, list, restart, type World } from "./objects.ts";

const statefulSet = (...pods: readonly unknown[]): World => [
  ["/statefulsets/web", aController("web")],
  ["/pods?", list(...pods)],
];
const deployment = (...pods: readonly unknown[]): World => [
  ["/deployments/web", aController("web")],
  ["/replicasets?", list(aReplicaSet("rs"), aReplicaSet("rs-other", "uid-other"))],
  ["/pods?", list(...pods)],
];
const old = aPod("web-0", { uid: "old", born: at(-600), injected: false });

describe("after an eviction", () => {
  test("the pod that was made again with the volume and is Ready is the proof", async () => {
    expect(
      await finding(injected, evict(), statefulSet(aPod("web-0", { uid: "new" }), aPod("web-1", { born: at(-600), injected: false }))),
    ).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("web-0"),
    });
  });

  test("a pod of the write's own second counts, for the API server writes no fractions", async () => {
    const since = "2026-11-20T03:00:00.700Z" as Instant;
    const made = (born: Instant) => statefulSet(aPod("web-0", { uid: "new", born }));
    expect((await finding(injected, evict(), made(at(0)), since)).is).toBe("healthy");
    expect((await finding(injected, evict(), made(at(-1)), since)).is).toBe("unknown");
  });

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

  test("any new pod of a Deployment stands for the evicted one", async () => {
    expect((await finding(injected, evict("Deployment"), deployment(aPod("web-x", { by: "rs" })))).is).toBe("healthy");
    expect((await finding(injected, evict("Deployment"), deployment(aPod("web-x", { by: "rs-other" })))).is).toBe("unknown");
  });
});

describe.each([restart, label])("after $kind", (remedy) => {
  test("all the pods must be new, with the volume, and Ready", async () => {
    const [one, two] = [aPod("web-a", { by: "rs" }), aPod("web-b", { by: "rs" })];
    expect((await finding(injected, remedy, deployment(one, two))).is).toBe("healthy");
    expect(await finding(injected, remedy, deployment(one, { ...old }))).toMatchObject({
      is: "unknown",
      says: expect.stringMatching(/1 of 2 pods/),
    });
    expect((await finding(injected, remedy, deployment(one, aPod("web-b", { by: "rs", injected: false })))).is).toBe("faulty");
  });

  test("an owner that wants no pods proves nothing", async () => {
    const world: World = [["/deployments/web", aController("web", { wanted: 0 })], ...deployment()];
    expect((await finding(injected, remedy, world)).is).toBe("unknown");
  });
});
