import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { answer } from "../../../lambdas/answer/handler.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { aPolicy, at } from "../../support/incidents.ts";
import { aDeployment, type Change, label } from "../../support/objects.ts";
import { aStage, type Stage } from "./stage.ts";

const unlabelled: Change = { spec: { template: { metadata: { labels: { [label]: undefined } } } } };
const pod: Change = { metadata: { labels: { [label]: undefined } } };

/** A label that a person approved, that was set, and that did not help: the new pods never come. */
async function failed(): Promise<Stage> {
  const stage = await aStage({
    policy: aPolicy({ expected: [{ namespace: "payments" }], limits: { changesPerHour: 2 } }),
    objects: aWorld(...checkout({ deployment: unlabelled, pod })),
  });
  expect(await stage.plan()).toMatchObject({ to: "Ask" });
  const yes = await answer(
    { id: stage.id, yes: true, by: "alice" },
    { ledger: stage.ledger, waker: { wake: async () => {} }, policy: stage.policy, clock: () => at(stage.now.seconds) },
  );
  expect(yes).toMatchObject({ did: "recorded" });
  expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
  await act(stage.id, stage.acting("RolloutWorkload"));
  const stuck = { observedGeneration: 2, replicas: 2, updatedReplicas: 0, readyReplicas: 1, availableReplicas: 1 };
  stage.now.objects = withThese(stage.now.objects, aDeployment({ metadata: { generation: 2, resourceVersion: "200" }, status: stuck }));
  expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
  expect(await stage.last("concluded")).toMatchObject({ proof: "failed" });
  stage.seen.forget();
  return stage;
}

describe("taking back what did not help", () => {
  it("is planned by the same hands, with no second approval, bound to the write that it undoes", async () => {
    const stage = await failed();
    const { hash, remedy } = await stage.last("intent");
    expect(remedy).toMatchObject({ set: { key: label, from: null, to: "enabled" } });
    expect(await stage.last("decided")).toMatchObject({
      at: "plan",
      undoes: hash,
      remedy: { kind: "label-pod-template", set: { key: label, from: "enabled", to: null } },
      verdict: { verdict: "allow" },
    });
  });

  it("goes the same way, in the same order, although our own write moved the spec and its rollout is stuck", async () => {
    const stage = await failed();
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.steps()).toEqual([
      "read",
      "keep preserved",
      "record preserved",
      "fresh reads and guards",
      "rehearse",
      "permit",
      "write",
      "record outcome",
    ]);
    expect(stage.seen.written[1]?.remedy).toMatchObject({
      target: { uid: "u-checkout", resourceVersion: "200" },
      set: { from: "enabled", to: null },
    });
    expect(stage.seen.written).toHaveLength(2);
  });

  it("takes the place of the hour that was kept for it, and none more", async () => {
    const stage = await failed();
    expect((await stage.view()).cluster.changes).toHaveLength(2);
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect((await stage.view()).cluster.changes.length).toBeLessThanOrEqual(2);
    expect(await stage.last("intent")).toMatchObject({ undoes: expect.any(String) });
  });

  it("ends with a ticket that says so, and is never undone itself", async () => {
    const stage = await failed();
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({ result: "escalated", why: "the change did not help and was taken back" });
    expect(stage.seen.written).toHaveLength(2);
  });

  it("is stopped by a stop switch, too: then the ticket has the command", async () => {
    const stage = await failed();
    await stage.ledger.setSwitch({ cluster: "prod" }, { state: "on", by: "alice", since: at(stage.now.seconds), why: "freeze" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringMatching(
        /was not taken back: stop-switches: alice stopped cluster prod .*By hand: kubectl patch deployment checkout/,
      ),
    });
  });

  it("is not done to another object of the name", async () => {
    const stage = await failed();
    stage.now.objects = withThese(stage.now.objects, aDeployment({ metadata: { uid: "u-again" } }));
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      verdict: { verdict: "deny", reasons: [{ guard: "explicit-live-targets" }] },
    });
  });
});
