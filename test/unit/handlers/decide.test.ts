import { describe, expect, it } from "vitest";
import type { Ledger } from "../../../kernel/ports.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { anAlert, at } from "../../support/incidents.ts";
import { injected } from "../../support/objects.ts";
import { anOpening, aStage, meanwhile, type Stage } from "../act/stage.ts";

const failed = { to: "Diagnose", error: { Error: "Lambda.Unknown", Cause: "out of memory" } };
const healthy = () => aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
/** Before the first append that has such an entry, something else happens. */
const interrupted = (stage: Stage, type: string, first: () => Promise<unknown>): { ledger: Ledger } => {
  let done = false;
  return {
    ledger: {
      ...stage.ledger,
      append: async (...args) => {
        if (!done && args[1].some((entry) => entry.type === type)) {
          done = true;
          await first();
        }
        return stage.ledger.append(...args);
      },
    },
  };
};

const later = ({ now, policy }: Stage) => at(now.seconds + policy.timing.lookAgainSeconds);
const breathe = ({ now, policy }: Stage) => {
  now.seconds += policy.timing.lookAgainSeconds;
};

describe("the hub", () => {
  it("looks first, and answers alike when it is asked again", async () => {
    const stage = await aStage();
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Diagnose" });
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Diagnose" });
    expect(await stage.types()).toEqual([]);
  });

  it("puts on record what it decides, once", async () => {
    const stage = await aStage();
    await stage.diagnose();
    expect(await stage.decide()).toEqual({ id: stage.id, to: "RolloutWorkload" });
    expect(await stage.decide()).toEqual({ id: stage.id, to: "RolloutWorkload" });
    expect(await stage.types()).toEqual(["diagnosed", "decided"]);
  });

  it("judges by archived evidence alone: what the guards read was gathered with the diagnosis", async () => {
    const stage = await aStage();
    await stage.diagnose();
    stage.seen.forget();
    await stage.decide();
    expect(stage.seen.queries).toEqual([]);
    expect(await stage.last("decided")).toMatchObject({ at: "plan", by: "Decide", verdict: { verdict: "allow" } });
  });

  it("an incident that does not exist is a fault", async () => {
    const stage = await aStage();
    await expect(stage.decide({ id: "nobody-g1" as IncidentId })).rejects.toThrow("there is no incident nobody-g1");
  });

  it("two at once decide once", async () => {
    const stage = await aStage();
    await stage.diagnose();
    const both = await Promise.all([stage.decide(), stage.decide()]);
    expect(both).toEqual([
      { id: stage.id, to: "RolloutWorkload" },
      { id: stage.id, to: "RolloutWorkload" },
    ]);
    expect((await stage.types()).filter((type) => type === "decided")).toHaveLength(1);
  });
});

describe("faults of the workflow", () => {
  it("are put on record once, with the state that failed, and what failed is tried again after a breath", async () => {
    const stage = await aStage();
    expect(await stage.decide(failed)).toEqual({ id: stage.id, to: "Settle", until: later(stage) });
    expect(await stage.types()).toEqual(["faulted"]);
    breathe(stage);
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Diagnose" });
    expect(await stage.last("faulted")).toMatchObject({ state: "Diagnose", error: "Lambda.Unknown: out of memory" });
  });

  it("escalate at the third", async () => {
    const stage = await aStage();
    await stage.decide(failed);
    await stage.decide(failed);
    expect(await stage.types()).toEqual(["faulted", "faulted"]);
    expect(await stage.decide(failed)).toMatchObject({ to: "Settle" });
    breathe(stage);
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Escalate" });
    expect(await stage.types()).toEqual(["faulted", "faulted", "faulted", "escalating"]);
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringContaining("failed 3 times, last in Diagnose: Lambda.Unknown"),
    });
  });

  it("are on record also where another record came first", async () => {
    const stage = await aStage();
    await stage.decide(
      failed,
      interrupted(stage, "faulted", () => meanwhile(stage)),
    );
    expect(await stage.types()).toEqual(["faulted", "faulted"]);
  });

  it("a long cause is cut, and a closed incident takes none", async () => {
    const stage = await healthy();
    await stage.decide({ to: "Diagnose", error: { Error: "E", Cause: "x".repeat(9000) } });
    expect((await stage.last("faulted")).error).toHaveLength(503);
    expect(await stage.plan()).toMatchObject({ to: "Done" });
    const before = await stage.types();
    expect(await stage.decide(failed)).toMatchObject({ to: "Done" });
    expect(await stage.types()).toEqual(before);
  });
});

describe("closing", () => {
  it("closes once, and is done for ever", async () => {
    const stage = await healthy();
    expect(await stage.plan()).toEqual({ id: stage.id, to: "Done" });
    expect(await stage.last("closed")).toMatchObject({ result: "self-healed" });
    expect(await stage.ledger.open()).toEqual([]);
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Done" });
    expect((await stage.types()).filter((type) => type === "closed")).toHaveLength(1);
  });

  it("an alert that joins at that moment is taken in first: none is lost", async () => {
    const stage = await healthy();
    await stage.decide();
    await stage.diagnose();
    const late = anAlert({ fingerprint: "late" });
    const joins = async () => {
      expect(await stage.ledger.openOrJoin(anOpening({ alerts: [late] }), at(20))).toMatchObject({ did: "joined", id: stage.id });
    };
    expect(await stage.decide({}, interrupted(stage, "closed", joins))).toMatchObject({ to: "Done" });
    expect((await stage.types()).slice(-2)).toEqual(["joined", "closed"]);
    expect(await stage.last("joined")).toMatchObject({ alerts: [{ fingerprint: "late" }] });
  });
});
