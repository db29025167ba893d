import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { planOf } from "../../../kernel/plan.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { Entry, IncidentId, LedgerView } from "../../../kernel/types/index.ts";
import { withThese } from "../../support/clusters.ts";
import { anAlert, at, sha, t0 } from "../../support/incidents.ts";
import { aDeployment, label } from "../../support/objects.ts";
import { anApprovedLabel } from "./planned.ts";
import { anOpening, meanwhile, type Stage } from "./stage.ts";

/** A label that a person approved, that was set, and that was seen not to help: the rollout does not get on. */
async function failed(): Promise<Stage> {
  const stage = await anApprovedLabel();
  await act(stage.id, stage.acting("RolloutWorkload"));
  const stuck = {
    ...{ observedGeneration: 2, replicas: 2, updatedReplicas: 0, readyReplicas: 1, availableReplicas: 1 },
    conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }],
  };
  const labels = { [label]: "enabled" };
  const moved = { metadata: { generation: 2, resourceVersion: "200" }, spec: { template: { metadata: { labels } } }, status: stuck };
  stage.now.objects = withThese(stage.now.objects, aDeployment(moved));
  expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
  expect(await stage.last("concluded")).toMatchObject({ proof: "failed" });
  stage.seen.forget();
  return stage;
}
const undo = (stage: Stage) => act(stage.id, stage.acting("RolloutWorkload"));
const throwSwitch = (stage: Stage) =>
  stage.ledger.setSwitch({ cluster: "prod" }, { state: "on", by: "alice", since: at(stage.now.seconds), why: "freeze" });
const resume = (stage: Stage) => stage.ledger.setSwitch({ cluster: "prod" }, { state: "off" });
/** Another incident has the cluster's lease for so many seconds from now on. */
async function leased({ ledger, now }: Stage, seconds: number): Promise<void> {
  const seen = await ledger.cluster("prod");
  const lease = { holder: "prod-svids-another-g1" as IncidentId, fence: seen.fence + 1, until: at(now.seconds + seconds) };
  await ledger.setCluster("prod", seen, { ...seen, version: seen.version + 1, fence: lease.fence, lease });
}
/** The ticket is open, its logs of after are still to come. */
async function ticketed(stage: Stage): Promise<void> {
  expect(await stage.decide()).toMatchObject({ to: "Escalate" });
  const commentAt = at(stage.now.seconds + 900);
  const opened = await stage.ledger.append(await stage.view(), [{ type: "ticketed", ticket: "T-1", commentAt }], "Escalate", stage.clock());
  expect(opened).not.toBe("conflict");
}
const untilOf = (next: Awaited<ReturnType<Stage["decide"]>>) => ("until" in next ? secondsBetween(t0, next.until) : Number.NaN);
const intents = ({ story }: LedgerView) => story.filter(({ type }) => type === "intent");

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

  it("is told anew from the write that it takes back: what was decided instead is not written, by whomever it was put on record", async () => {
    const stage = await failed();
    const {
      hash: _hash,
      prev: _prev,
      nonce: _nonce,
      seq: _seq,
      incidentId: _id,
      written: _written,
      by: _by,
      ...planned
    } = await stage.last("decided");
    if (planned.remedy.kind !== "label-pod-template") throw new Error(`unexpected: ${planned.remedy.kind}`);
    const other = { ...planned.remedy, set: { ...planned.remedy.set, to: "another" } };
    for (const forged of [
      { ...planned, remedy: other, plan: planOf(other) },
      { ...planned, remedy: other },
      { ...planned, undoes: sha("no write of ours") },
    ]) {
      await stage.ledger.append(await stage.view(), [forged as Entry], "Decide", stage.clock());
      await undo(stage);
      expect(stage.seen.written.filter(({ remedy }) => "set" in remedy && remedy.set.to === "another")).toEqual([]);
    }
    expect((await stage.view()).story.filter((record) => record.type === "intent" && record.plan === planOf(other))).toEqual([]);
  });

  it("goes the same way, in the same order, although our own write moved the spec and its rollout is stuck", async () => {
    const stage = await failed();
    await undo(stage);
    expect(stage.seen.steps()).toEqual([
      "read",
      "keep preserved",
      "record preserved",
      "fresh reads and guards",
      "keep evidence",
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

  it("keeps the lease and its place of the hour until it is done: nobody else writes before it", async () => {
    const stage = await failed();
    const { cluster } = await stage.view();
    expect(cluster.lease).toMatchObject({ holder: stage.id });
    expect(cluster.lease?.until && secondsBetween(stage.clock(), cluster.lease.until)).toBeGreaterThanOrEqual(900);
    expect(cluster.changes).toHaveLength(2);
    await undo(stage);
    expect((await stage.view()).cluster.changes).toEqual([cluster.changes[0], at(stage.now.seconds)]);
    expect(await stage.last("intent")).toMatchObject({ undoes: expect.any(String), fence: cluster.lease?.fence });
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    expect((await stage.view()).cluster).not.toHaveProperty("lease");
  });

  it("ends with a ticket that says so, and is never undone itself", async () => {
    const stage = await failed();
    await undo(stage);
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({
      result: "escalated",
      why: expect.stringMatching(/^the change did not help and was taken back: .*ProgressDeadlineExceeded/),
    });
    expect(stage.seen.written).toHaveLength(2);
  });

  it("is not done to another object of the name", async () => {
    const stage = await failed();
    stage.now.objects = withThese(stage.now.objects, aDeployment({ metadata: { uid: "u-again" } }));
    await undo(stage);
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      verdict: { verdict: "deny", reasons: [{ guard: "explicit-live-targets" }] },
    });
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
  });

  it("that came to nothing is tried once more, and then is people's", async () => {
    const stage = await failed();
    stage.hands.write = async () => ({ effect: "refused", says: "deployment/checkout has changed since it was read" });
    for (const times of [2, 3]) {
      await undo(stage);
      expect(stage.seen.written).toHaveLength(times);
      const next = await stage.plan();
      expect(next).toMatchObject({ to: times === 2 ? "RolloutWorkload" : "Escalate" });
      if (times === 2) expect((await stage.view()).cluster.lease).toMatchObject({ holder: stage.id });
    }
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringMatching(/and it was not taken back: deployment\/checkout has changed.*To take it back by hand: kubectl patch/),
    });
  });
});

describe("what forbids a taking-back for a while", () => {
  it("is waited for, and then it is done", async () => {
    const stage = await failed();
    await leased(stage, 100);
    await undo(stage);
    expect(stage.seen.written).toHaveLength(1);
    const next = await stage.decide();
    expect(next).toMatchObject({ to: "Settle" });
    expect(untilOf(next)).toBeGreaterThan(stage.now.seconds);
    // By turns, until the other's lease is over.
    for (let turn = 0; turn < 10 && (await stage.plan()).to === "RolloutWorkload"; turn++) await undo(stage);
    expect(stage.seen.written).toHaveLength(2);
    expect(await stage.last("concluded")).toMatchObject({ proof: "proved", says: expect.stringContaining("taken back") });
  });

  it("a read that failed is one of these, also of what the write would destroy", async () => {
    for (const blind of ["/deployments/checkout", "/pods/*/log?", "namespaces"]) {
      const stage = await failed();
      stage.now.blind = blind;
      await undo(stage);
      expect(stage.seen.written).toHaveLength(1);
      expect(await stage.decide()).toMatchObject({ to: "Settle", until: at(stage.now.seconds + 30) });
      stage.now.blind = false;
      expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
      await undo(stage);
      expect(stage.seen.written).toHaveLength(2);
    }
  });

  it("so is a look that slow servers made too old", async () => {
    const stage = await failed();
    stage.hands.rehearse = async () => {
      stage.now.seconds += stage.policy.limits.freshSeconds + 1;
      return { effect: "applied", says: "would be" };
    };
    await undo(stage);
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.decide()).toMatchObject({ to: "Settle", until: at(stage.now.seconds + 30) });
    stage.hands.rehearse = async () => ({ effect: "applied", says: "would be" });
    expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
    await undo(stage);
    expect(stage.seen.written).toHaveLength(2);
  });

  it("is not waited for without end: then the ticket has the command", async () => {
    const stage = await failed();
    const since = stage.now.seconds;
    stage.now.blind = "/pods/*/log?";
    for (let turn = 0; turn < 100 && (await stage.plan()).to === "RolloutWorkload"; turn++) await undo(stage);
    expect(stage.now.seconds - since).toBeLessThanOrEqual(stage.policy.timing.longestWaitSeconds);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringMatching(
        /it was not taken back: preserved: .*no route to host.*To take it back by hand: kubectl patch deployment checkout/,
      ),
    });
  });

  it("a denial that does not pass is people's at once", async () => {
    const stage = await failed();
    stage.hands.rehearse = async () => ({ effect: "refused", says: "admission policy no-labels denies it" });
    await undo(stage);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringContaining("rehearsal: admission policy no-labels denies it"),
    });
  });

  it("faults of the workflow are borne three times", async () => {
    const stage = await failed();
    for (let times = 0; times < 3; times++) {
      await meanwhile(stage);
      const next = await stage.plan();
      expect(next).toMatchObject({ to: times < 2 ? "RolloutWorkload" : "Escalate" });
    }
    expect(await stage.last("escalating")).toMatchObject({ why: expect.stringContaining("the workflow failed 3 times over it") });
  });
});

describe("a stop switch stops a taking-back, too", () => {
  async function overdue(): Promise<Stage> {
    const stage = await failed();
    await throwSwitch(stage);
    await undo(stage);
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    return stage;
  }

  it("then the ticket has the command, and says that it comes first on resume", async () => {
    const stage = await overdue();
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringMatching(
        /it was not taken back: stop-switches: alice stopped cluster prod .*resumed, that comes first.*To take it back by hand: kubectl patch deployment checkout/,
      ),
    });
    expect((await stage.view()).cluster.lease).toMatchObject({ holder: stage.id });
  });

  it("while it is thrown, the incident asks again and again, and nothing is written", async () => {
    const stage = await overdue();
    await ticketed(stage);
    for (let turn = 0; turn < 3; turn++) {
      expect(await stage.decide()).toEqual({ id: stage.id, to: "Settle", until: at(stage.now.seconds + 30) });
      await expect(undo(stage)).rejects.toThrow("is not permitted");
      stage.now.seconds += 30;
    }
    expect(stage.seen.written).toHaveLength(1);
  });

  it("when it is lifted, taking back comes before anything else, and the ticket still gets its logs", async () => {
    const stage = await overdue();
    await ticketed(stage);
    await resume(stage);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    await undo(stage);
    expect(stage.seen.written[1]?.remedy).toMatchObject({ set: { from: "enabled", to: null } });
    const next = await stage.decide();
    expect(await stage.last("concluded")).toMatchObject({ proof: "proved", says: expect.stringContaining("taken back") });
    expect((await stage.view()).cluster).not.toHaveProperty("lease");
    expect(next).toEqual({ id: stage.id, to: "Settle", until: (await stage.last("ticketed")).commentAt });
    stage.now.seconds = untilOf(next);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
  });

  it("where it is lifted before the ticket is open, the ticket still comes first", async () => {
    const stage = await overdue();
    await resume(stage);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    await ticketed(stage);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
  });

  it("what is refused for good after it was lifted stays people's, and is not tried again", async () => {
    const stage = await overdue();
    await ticketed(stage);
    await resume(stage);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    stage.hands.rehearse = async () => ({ effect: "refused", says: "no" });
    await undo(stage);
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Settle", until: (await stage.last("ticketed")).commentAt });
    expect((await stage.types()).filter((type) => type === "escalating")).toHaveLength(1);
  });

  it("an alert that ends meanwhile changes nothing: what was refused stays refused, what is due stays due", async () => {
    const stage = await overdue();
    await ticketed(stage);
    const ends = (fingerprint: string) =>
      stage.ledger.openOrJoin(
        anOpening({ alerts: [anAlert({ fingerprint, status: "resolved", endsAt: stage.clock() } as never)] }),
        stage.clock(),
      );
    await ends("f1");
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Settle", until: at(stage.now.seconds + 30) });
    await resume(stage);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    await ends("f2");
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    stage.hands.rehearse = async () => ({ effect: "refused", says: "no" });
    await undo(stage);
    await ends("f3");
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Settle", until: (await stage.last("ticketed")).commentAt });
    expect((await stage.types()).filter((type) => type === "resolved")).toHaveLength(3);
    expect(stage.seen.written).toHaveLength(1);
  });

  it("an answer that was lost after the ticket is found out like any other, and the cluster is blocked until then", async () => {
    const stage = await overdue();
    await ticketed(stage);
    await resume(stage);
    await stage.decide();
    stage.hands.write = () => Promise.reject(new Error("socket hang up"));
    await expect(undo(stage)).rejects.toThrow("socket hang up");
    expect((await stage.view()).cluster.pending).toMatchObject({ incident: stage.id });
    const next = await stage.decide();
    expect(next).toMatchObject({ to: "Settle" });
    stage.now.seconds = untilOf(next);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    await undo(stage);
    expect(await stage.last("outcome")).toMatchObject({ effect: "applied" });
    expect(intents(await stage.view())).toHaveLength(2);
    expect(await stage.decide()).toMatchObject({ to: "Settle" });
    expect((await stage.view()).cluster).not.toHaveProperty("lease");
  });

  it("once the incident is closed, nothing is taken back any more", async () => {
    const stage = await overdue();
    await ticketed(stage);
    const view = await stage.view();
    const archive = await stage.archive.put("logs", "preserved");
    await stage.ledger.append(view, [{ type: "commented", ticket: "T-1", archive }], "Escalate", stage.clock());
    expect(await stage.decide()).toMatchObject({ to: "Done" });
    await resume(stage);
    expect(await stage.decide()).toMatchObject({ to: "Done" });
    await expect(undo(stage)).rejects.toThrow("closed");
    expect(stage.seen.written).toHaveLength(1);
  });
});
