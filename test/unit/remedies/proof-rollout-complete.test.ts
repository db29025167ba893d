import { describe, expect, test } from "vitest";
import { rolloutComplete } from "../../../runbook/checks/proof/rollout-complete.ts";
import { at } from "../../support/incidents.ts";
import { aController, type ControllerChange, finding, label, restart, set, type World } from "./objects.ts";

const restarted = { annotations: { "kubectl.kubernetes.io/restartedAt": at(30) } };
const labelled = { labels: { [set.key]: set.to } };
const world = (change: ControllerChange): World => [["/deployments/web", aController("web", change)]];

describe.each([
  [restart, restarted],
  [label, labelled],
] as const)("after $kind", (remedy, ours) => {
  test("the rollout is complete when every pod is new and available, and no old one is left", async () => {
    expect((await finding(rolloutComplete, remedy, world(ours))).is).toBe("healthy");
  });

  test.each<[string, object, RegExp]>([
    ["the controller has not seen it", { observedGeneration: 2 }, /has not begun/],
    ["pods of the old template are counted", { updatedReplicas: 1 }, /1 of 2 pods are of the new template/],
    ["old pods are still there", { replicas: 3 }, /1 old pods are still there/],
    ["new pods are not available", { availableReplicas: 1 }, /1 of 2 pods are available/],
    ["a StatefulSet's revision has not moved", { currentRevision: "a", updateRevision: "b" }, /old revision/],
    ["there are no numbers at all", { updatedReplicas: undefined, replicas: undefined, availableReplicas: undefined }, /0 of 2/],
  ])("it is open while %s", async (_what, status, says) => {
    expect(await finding(rolloutComplete, remedy, world({ ...ours, status }))).toMatchObject({
      is: "unknown",
      says: expect.stringMatching(says),
    });
  });

  test("a rollout that does not get on is a fault", async () => {
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
    expect(await finding(rolloutComplete, remedy, world({ ...ours, status: { conditions } }))).toMatchObject({ is: "faulty" });
  });

  test("a template that somebody has put back is a fault", async () => {
    expect(await finding(rolloutComplete, remedy, world({}))).toMatchObject({ is: "faulty", says: expect.stringMatching(/back/) });
  });

  test("an owner that is gone, another, or cannot be read tells nothing", async () => {
    expect((await finding(rolloutComplete, remedy, [])).is).toBe("unknown");
    expect((await finding(rolloutComplete, remedy, world({ ...ours, uid: "uid-2" }))).is).toBe("unknown");
    expect((await finding(rolloutComplete, remedy, [["/deployments/web", new Error("403")]])).is).toBe("unknown");
  });
});

test("a mark from before the write is not ours, unless it is so little before that a clock may be behind", async () => {
  const marked = (seconds: number) => world({ annotations: { "kubectl.kubernetes.io/restartedAt": at(seconds) } });
  expect((await finding(rolloutComplete, restart, marked(-6))).is).toBe("faulty");
  expect((await finding(rolloutComplete, restart, marked(-5))).is).toBe("healthy");
});
