import { describe, expect, it } from "vitest";
import { act, Overtaken } from "../../../kernel/act/act.ts";
import { settledAfter } from "../../../kernel/permit.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { Done } from "../../../kernel/types/index.ts";
import { t0 } from "../../support/incidents.ts";
import { aPlannedRestart } from "./planned.ts";
import type { Stage } from "./stage.ts";

const notApplied: Done = { effect: "not-applied", says: "its version is as it was read" };

/** A write that was sent, and whose answer never came. */
async function sent(stage: Stage): Promise<void> {
  stage.hands.write = () => Promise.reject(new Error("socket hang up"));
  await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow("socket hang up");
}
/** The state fails, and its catch leads to Decide. */
async function failing(stage: Stage): Promise<void> {
  const error = await act(stage.id, stage.acting("RolloutWorkload")).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  expect(error?.message).toBe("the API server takes no connections");
  await stage.decide({ to: "RolloutWorkload", error: { Error: "NoAnswer", Cause: error?.message ?? "" } });
}
/** The moment from which on the write has happened, or never will. */
async function over({ last, policy }: Stage): Promise<number> {
  const { writeBefore } = await last("intent");
  return secondsBetween(t0, settledAfter(policy, writeBefore));
}

describe("a write without an answer", () => {
  it("has its intent and no outcome, and its place of the hour is taken", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    expect(await stage.types()).toEqual(["diagnosed", "decided", "preserved", "intent"]);
    expect((await stage.view()).cluster).toMatchObject({ lease: { holder: stage.id }, changes: [expect.any(String)] });
  });

  it("is not looked for before it is over, whoever asks", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    const end = await over(stage);
    stage.seen.forget();
    for (const seconds of [stage.now.seconds, end - 0.001]) {
      stage.now.seconds = seconds;
      await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow(Overtaken);
      expect(await stage.decide()).toMatchObject({ to: "Settle" });
    }
    expect(stage.seen.calls).toEqual([]);
  });

  it("is then found out by reading, and not sent again", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    stage.now.seconds = await over(stage);
    stage.seen.forget();
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.calls).toEqual(["reconcile", "record outcome"]);
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.last("outcome")).toMatchObject({ effect: "applied", intent: (await stage.last("intent")).hash });
  });

  it("of which reading does not tell either, stands as unknown, and is people's", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    stage.now.seconds = await over(stage);
    stage.hands.reconcile = async () => "unknown";
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("outcome")).toMatchObject({ effect: "unknown" });
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("concluded")).toMatchObject({ proof: "unproved" });
    expect(await stage.last("escalating")).toMatchObject({
      result: "escalated",
      why: expect.stringContaining("nobody knows whether rollout-restart was done: the write gave no answer"),
    });
    // Nobody saw it fail, so it counts against nobody.
    expect((await stage.ledger.cluster("prod")).failed).toEqual({ "rollout-restart": 0 });
  });

  it("that cannot be read is asked for again, and only an answer that was read is believed", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    stage.now.seconds = await over(stage);
    const unread = stage.hands.reconcile;
    stage.hands.reconcile = () => Promise.reject(new Error("the API server takes no connections"));
    // More often than any other fault is borne.
    for (let turn = 0; turn < 5; turn++) {
      expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
      await failing(stage);
      expect((await stage.view()).cluster.pending).toMatchObject({ incident: stage.id });
    }
    stage.hands.reconcile = unread;
    expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("outcome")).toMatchObject({ effect: "applied" });
    expect((await stage.view()).cluster).not.toHaveProperty("pending");
    // What was overcome is not held against the incident.
    expect(await stage.decide()).toMatchObject({ to: "Settle" });
    stage.now.seconds += 60;
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it("that can never be read becomes people's in the end, as unknown", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    const end = await over(stage);
    stage.hands.reconcile = () => Promise.reject(new Error("the API server takes no connections"));
    let turns = 0;
    for (; turns < 100 && (await stage.plan()).to === "RolloutWorkload"; turns++) await failing(stage);
    expect(turns).toBeGreaterThan(20);
    expect(await stage.last("outcome")).toMatchObject({ effect: "unknown", says: expect.stringContaining("takes no connections") });
    const { written } = await stage.last("outcome");
    expect(secondsBetween(t0, written)).toBeGreaterThanOrEqual(end + stage.policy.timing.longestWaitSeconds);
    expect(await stage.last("concluded")).toMatchObject({ proof: "unproved" });
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect(stage.seen.written).toHaveLength(1);
  });

  it("that never arrived may be permitted once more, and not a third time", async () => {
    const stage = await aPlannedRestart();
    stage.hands.reconcile = async () => notApplied;
    for (const times of [1, 2]) {
      await sent(stage);
      stage.now.seconds = await over(stage);
      await act(stage.id, stage.acting("RolloutWorkload"));
      expect(stage.seen.written).toHaveLength(times);
      expect(await stage.plan()).toMatchObject({ to: times === 1 ? "RolloutWorkload" : "Escalate" });
      expect(await stage.last("concluded")).toMatchObject({ proof: "void" });
    }
    expect(await stage.last("escalating")).toMatchObject({ why: expect.stringContaining("came to nothing 2 times on checkout") });
    const intents = (await stage.view()).story.filter(({ type }) => type === "intent");
    expect(intents).toHaveLength(2);
    // What came to nothing counts against nobody.
    expect((await stage.ledger.cluster("prod")).failed).toEqual({ "rollout-restart": 0 });
  });

  it("two that find out at once record it once", async () => {
    const stage = await aPlannedRestart();
    await sent(stage);
    stage.now.seconds = await over(stage);
    await Promise.all([act(stage.id, stage.acting("RolloutWorkload")), act(stage.id, stage.acting("RolloutWorkload"))]);
    expect((await stage.types()).filter((type) => type === "outcome")).toHaveLength(1);
  });
});
