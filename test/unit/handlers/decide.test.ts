import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import type { ClusterState, IncidentId, Sha256 } from "../../../kernel/types/index.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { anAlert, at } from "../../support/incidents.ts";
import { aDeployment, injected } from "../../support/objects.ts";
import { anOpening, aStage, meanwhile, older, type Stage } from "../act/stage.ts";

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

  it("an alert that joins at that moment is taken in first, and looked at: none is lost, none closed unseen", async () => {
    const stage = await healthy();
    await stage.decide();
    await stage.diagnose();
    const late = anAlert({ fingerprint: "late" });
    const joins = async () => {
      expect(await stage.ledger.openOrJoin(anOpening({ alerts: [late] }), at(20))).toMatchObject({ did: "joined", id: stage.id });
    };
    expect(await stage.decide({}, interrupted(stage, "closed", joins))).toEqual({ id: stage.id, to: "Settle", until: later(stage) });
    expect(await stage.plan()).toMatchObject({ to: "Done" });
    expect((await stage.types()).slice(-3)).toEqual(["joined", "diagnosed", "closed"]);
    expect(await stage.last("joined")).toMatchObject({ alerts: [{ fingerprint: "late" }] });
  });

  it("does not close on what was seen long ago: who was killed and comes back looks first", async () => {
    const stage = await healthy();
    await stage.decide();
    await stage.diagnose();
    stage.now.objects = aWorld(...checkout({ pod: older }));
    stage.now.seconds = 7000;
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Diagnose" });
    await stage.diagnose();
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
  });
});

describe("a conclusion", () => {
  /** A restart that was seen not to help: its rollout does not get on. */
  async function failing(): Promise<Stage> {
    const stage = await aStage();
    await stage.plan();
    await act(stage.id, stage.acting("RolloutWorkload"));
    const { writeBefore } = await stage.last("intent");
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
    const template = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": writeBefore } } };
    stage.now.objects = withThese(stage.now.objects, aDeployment({ spec: { template }, status: { conditions } }));
    stage.now.seconds += 1000;
    await stage.diagnose();
    return stage;
  }
  const killed = () => Promise.reject(new Error("killed"));

  it("and what it means for the cluster are on record together, however often it was killed", async () => {
    const stage = await failing();
    for (let times = 0; times < 3; times++) {
      await expect(stage.decide({}, interrupted(stage, "concluded", killed))).rejects.toThrow("killed");
      const { cluster, story } = await stage.view();
      expect(story.at(-1)?.type).toBe("looked");
      expect(cluster.failed).toEqual({});
      expect(cluster.lease).toMatchObject({ holder: stage.id });
    }
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("concluded")).toMatchObject({ proof: "failed" });
    const { failed, lease } = await stage.ledger.cluster("prod");
    expect([failed, lease]).toEqual([{ "rollout-restart": 1 }, undefined]);
  });

  it("killed behind it, it counts once", async () => {
    const stage = await failing();
    const ledger: Ledger = {
      ...stage.ledger,
      append: async (...args) => {
        await stage.ledger.append(...args);
        return killed();
      },
    };
    await expect(stage.decide({}, { ledger })).rejects.toThrow("killed");
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect((await stage.types()).filter((type) => type === "concluded")).toHaveLength(1);
    expect((await stage.ledger.cluster("prod")).failed).toEqual({ "rollout-restart": 1 });
  });

  it("is made anew where the cluster moved on meanwhile, and loses nothing of that", async () => {
    const stage = await failing();
    const breaks = async () => {
      const seen = await stage.ledger.cluster("prod");
      await stage.ledger.setCluster("prod", seen, { ...seen, version: seen.version + 1, failed: { "evict-pod": 2 } });
    };
    expect(await stage.decide({}, interrupted(stage, "concluded", breaks))).toMatchObject({ to: "Escalate" });
    expect((await stage.ledger.cluster("prod")).failed).toEqual({ "evict-pod": 2, "rollout-restart": 1 });
  });
});

describe("evidence that the archive lost", () => {
  const lost = (stage: Stage) => rmSync(join(stage.folder, "archive"), { recursive: true });

  it("is put on record as a fault, and leads to a fresh diagnosis: the incident goes on", async () => {
    const stage = await aStage();
    await stage.diagnose();
    const { evidence } = await stage.last("diagnosed");
    lost(stage);
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Settle", until: later(stage) });
    expect(await stage.last("faulted")).toMatchObject({
      ...{ state: "Decide", lost: evidence, error: `ArchiveBroken: nothing is archived under ${evidence}` },
    });
    breathe(stage);
    expect(await stage.decide()).toEqual({ id: stage.id, to: "Diagnose" });
    await stage.diagnose();
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
  });

  it("is not asked for where nothing is decided over it", async () => {
    const stage = await healthy();
    await stage.decide();
    await stage.diagnose();
    lost(stage);
    expect(await stage.decide()).toMatchObject({ to: "Done" });
    expect(await stage.types()).not.toContain("faulted");
  });

  it("again and again becomes a ticket", async () => {
    const stage = await aStage();
    for (let times = 0; times < 3; times++) {
      expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
      await stage.diagnose();
      lost(stage);
      expect(await stage.decide()).toMatchObject({ to: "Settle" });
      breathe(stage);
    }
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({ why: expect.stringContaining("nothing is archived under") });
  });

  it("does not keep the incident from its end by age", async () => {
    const stage = await aStage();
    await stage.diagnose();
    lost(stage);
    stage.now.seconds = 8000;
    expect(await stage.decide()).toMatchObject({ to: "Settle" });
    breathe(stage);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
  });
});

describe("a pending write whose outcome is on record", () => {
  /** The outcome is there, and the mark as well: as a version would leave it that did not know the mark. */
  async function left(): Promise<Stage> {
    const stage = await aStage();
    await stage.plan();
    await act(stage.id, stage.acting("RolloutWorkload"));
    return stage;
  }
  const marked = (stage: Stage, incident: IncidentId, intent: Sha256): Ledger => {
    let there = true;
    const mark = (cluster: ClusterState) => (there ? { ...cluster, pending: { incident, intent, writeBefore: at(0) } } : cluster);
    return {
      ...stage.ledger,
      view: async (id) => {
        const view = await stage.ledger.view(id);
        return view && { ...view, cluster: mark(view.cluster) };
      },
      setCluster: async (_name, _seen, next) => {
        there = "pending" in next;
        return true;
      },
      cluster: async (name) => mark(await stage.ledger.cluster(name)),
    };
  };

  it("is taken for settled by whoever looks next, by the story of who wrote", async () => {
    const stage = await left();
    const ledger = marked(stage, stage.id, (await stage.last("intent")).hash);
    await stage.decide({}, { ledger });
    expect(await ledger.cluster("prod")).not.toHaveProperty("pending");
    const other = await stage.ledger.openOrJoin(anOpening({ scope: { of: "cluster" }, alerts: [anAlert({ fingerprint: "o" })] }), at(1));
    if (other.did !== "opened") throw new Error(other.did);
    const again = marked(stage, stage.id, (await stage.last("intent")).hash);
    await stage.decide({ id: other.id }, { ledger: again });
    expect(await again.cluster("prod")).not.toHaveProperty("pending");
  });

  it("stays where that story does not say so", async () => {
    const stage = await left();
    for (const ledger of [marked(stage, stage.id, "another" as Sha256), marked(stage, "nobody-g1" as IncidentId, "x" as Sha256)]) {
      await stage.decide({}, { ledger });
      expect(await ledger.cluster("prod")).toHaveProperty("pending");
    }
  });
});

describe("what is too large for the ledger", () => {
  const waiting = async () => {
    const stage = await aStage();
    await stage.plan();
    return stage;
  };
  const deliver = async (stage: Stage, deliveries: number, alerts: number, text: string) => {
    const labels = { ...anAlert().labels, alertname: text, severity: text };
    for (let delivery = 0; delivery < deliveries; delivery++) {
      const [first, ...more] = Array.from({ length: alerts }, (_, n) => anAlert({ fingerprint: `${delivery}-${n}`, labels }));
      if (first) await stage.ledger.openOrJoin(anOpening({ alerts: [first, ...more] }), at(20 + delivery));
    }
  };
  it.each([
    ["6 deliveries of 20 alerts, each as large as it can be", 6, 20, "\u0001".repeat(253)],
    ["69 ordinary deliveries", 69, 20, "KubePodCrashLooping"],
  ])("never comes to be: %s are taken in, and the incident goes on", async (_what, deliveries, alerts, text) => {
    const stage = await waiting();
    await deliver(stage, deliveries, alerts, text);
    expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
    const { story, inbox } = await stage.view();
    const taken = story.reduce((sum, record) => sum + (record.type === "joined" ? record.alerts.length : 0), 0);
    expect(taken).toBe(inbox.length);
    expect(taken).toBe(Math.min(500, deliveries * alerts));
  });

  it("is people's all the same, on a small record, and the incident comes to its end", async () => {
    const stage = await waiting();
    await deliver(stage, 1, 1, "late");
    const append: Ledger["append"] = async (view, entries, ...rest) => {
      if (entries.some(({ type }) => type === "joined")) throw new RangeError("record 4 (joined) has 437128 bytes");
      return stage.ledger.append(view, entries, ...rest);
    };
    const { head } = await stage.view();
    expect(await stage.decide({}, { ledger: { ...stage.ledger, append } })).toEqual({ id: stage.id, to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({ seq: head.seq + 1, why: expect.stringContaining("437128 bytes") });
  });
});
