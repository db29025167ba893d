import { describe, expect, it } from "vitest";
import { act, Overtaken } from "../../../kernel/act/act.ts";
import { handler } from "../../../lambdas/remediate/handler.ts";
import { anAlert, at } from "../../support/incidents.ts";
import { anApprovedLabel, aPlannedRestart, untouched } from "./planned.ts";
import { anOpening, aStage, meanwhile, type Stage } from "./stage.ts";

describe("whose turn it is", () => {
  it("another capability has no hands for it, and does nothing", async () => {
    const stage = await aPlannedRestart();
    await expect(act(stage.id, stage.acting("EvictWorkload"))).rejects.toThrow(Overtaken);
    await expect(handler({ id: stage.id }, stage.acting("EvictWorkload"))).resolves.toBeUndefined();
    expect(stage.seen.calls).toEqual([]);
  });

  it("a role that was given another kind's remedy, but not its writer, fails before the permit", async () => {
    const stage = await aPlannedRestart();
    await expect(act(stage.id, { ...stage.acting("RolloutWorkload"), writers: {} })).rejects.toThrow(
      /RolloutWorkload has no hands for rollout-restart/,
    );
    await untouched(stage);
  });

  it("what was refused since is not done, although a person had approved the plan", async () => {
    const stage = await anApprovedLabel();
    await stage.ledger.setSwitch("all", { state: "on", by: "alice", since: at(1), why: "freeze" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("decided")).toMatchObject({ at: "write", verdict: { verdict: "deny" } });
    await stage.ledger.setSwitch("all", { state: "off" });
    await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow("label-pod-template is not permitted");
    await untouched(stage);
  });

  it("an alert that joins keeps nobody from writing; one that is over does", async () => {
    const stage = await aPlannedRestart();
    await stage.ledger.openOrJoin(anOpening({ alerts: [anAlert({ status: "resolved", endsAt: at(14) } as never)] }), at(15));
    await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow("an alert of it is over");
    await untouched(stage);
    const another = await aPlannedRestart();
    await another.ledger.openOrJoin(anOpening({ alerts: [anAlert({ fingerprint: "f2" })] }), at(15));
    await act(another.id, another.acting("RolloutWorkload"));
    expect(another.seen.written).toHaveLength(1);
  });

  it("an answer on record that no person gave is refused at the permit, and is people's", async () => {
    const stage = await anApprovedLabel();
    const ledger: Stage["ledger"] = { ...stage.ledger, permit: async () => "unanswered" };
    await act(stage.id, { ...stage.acting("RolloutWorkload"), ledger });
    await untouched(stage);
    expect(await stage.last("decided")).toMatchObject({ at: "write", verdict: { verdict: "deny", reasons: [{ guard: "answered" }] } });
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
  });

  it("nothing is decided: nothing is done", async () => {
    const stage = await aStage();
    await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow(Overtaken);
    expect(stage.seen.calls).toEqual([]);
  });

  it("an incident that does not exist is a fault", async () => {
    const stage = await aStage();
    await expect(handler({ id: "nobody-g1" as Stage["id"] }, stage.acting("RolloutWorkload"))).rejects.toThrow(
      "there is no incident nobody-g1",
    );
  });

  it.each(["before the preserving is on record", "before the permit"])(
    "another record came %s: overtaken, nothing written",
    async (when) => {
      const stage = await aPlannedRestart();
      const on = stage.acting("RolloutWorkload");
      if (when === "before the permit") {
        stage.hands.rehearse = async () => {
          await meanwhile(stage);
          return { effect: "applied", says: "would be" };
        };
        await expect(act(stage.id, on)).rejects.toThrow(Overtaken);
      } else {
        const archive = {
          ...stage.archive,
          put: async (...args: Parameters<typeof stage.archive.put>) => {
            await meanwhile(stage);
            return stage.archive.put(...args);
          },
        };
        await expect(act(stage.id, { ...on, archive })).rejects.toThrow(Overtaken);
      }
      await untouched(stage);
      expect(await stage.decide()).toMatchObject({ to: "Settle" });
      stage.now.seconds += stage.policy.timing.lookAgainSeconds;
      expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    },
  );

  it("the cluster is being changed for another incident: overtaken at the permit", async () => {
    const stage = await aPlannedRestart();
    stage.hands.rehearse = async () => {
      const seen = await stage.ledger.cluster("prod");
      const lease = { holder: "another-g1" as Stage["id"], fence: seen.fence + 1, until: at(900) };
      await stage.ledger.setCluster("prod", seen, { ...seen, version: seen.version + 1, fence: lease.fence, lease });
      return { effect: "applied", says: "would be" };
    };
    await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow(Overtaken);
    expect(stage.seen.written).toEqual([]);
    expect(await stage.types()).not.toContain("intent");
  });

  it("a permit that was asked for and given is used, and its outcome recorded although other records came between", async () => {
    const stage = await aPlannedRestart();
    stage.hands.write = async () => {
      await meanwhile(stage);
      await meanwhile(stage);
      return { effect: "applied", says: "done" };
    };
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect((await stage.types()).slice(-4)).toEqual(["intent", "faulted", "faulted", "outcome"]);
  });
});
