import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { planOf } from "../../../kernel/plan.ts";
import type { World } from "../../../kernel/ports.ts";
import { verify } from "../../../kernel/story.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { LedgerRecord } from "../../../kernel/types/index.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { anAlert, at, sha, t0 } from "../../support/incidents.ts";
import { aDeployment, injected, label, merged, type Raw } from "../../support/objects.ts";
import { replay, typesOf } from "../../support/replay.ts";
import { anApprovedLabel, aPlannedRestart } from "./planned.ts";
import { anOpening, aStage, type Stage } from "./stage.ts";

/** Time passes with every look at the clock, as it does. */
const ticking =
  ({ now, clock }: Stage) =>
  () => {
    now.seconds += 0.001;
    return clock();
  };
const acting = (stage: Stage) => ({ ...stage.acting("RolloutWorkload"), clock: ticking(stage) });

/** Agents that mint for whoever asks. */
const minting = ({ world, clock }: Stage): World => ({
  fetch: async (query) => {
    const value = [{ labels: { svid_type: "x509", status_code: "ok" }, value: 600 }];
    return query.text.includes("spirl_agent_mint_svid_total[") || query.text.includes("spirl_agent_mint_svid_total{")
      ? { state: "observed", value, at: clock(), ref: sha(query.text) }
      : world.fetch(query);
  },
});

/** Goes on until there is something to do for hands or people, or nothing any more. */
async function goesOn(stage: Stage): Promise<string> {
  for (let turn = 0; turn < 100; turn++) {
    const next = await stage.decide({}, { clock: ticking(stage) });
    if (next.to === "Diagnose") await stage.diagnose(stage.id, { world: minting(stage) });
    else if (next.to === "Settle") stage.now.seconds = Math.max(stage.now.seconds, secondsBetween(t0, next.until));
    else if (next.to === "RolloutWorkload") await act(stage.id, acting(stage));
    else return next.to;
  }
  throw new Error("it goes round and round");
}
/** All that was decided, decided again; gives the types, in order. */
async function replays(stage: Stage): Promise<readonly LedgerRecord["type"][]> {
  const { archive, rules, policy } = stage;
  const all = await replay({ story: (await stage.view()).story, archive, policies: [policy], rules });
  for (const { record, recorded, again } of all) expect(again, `record ${record.seq} (${record.type})`).toBe(recorded);
  return typesOf(all);
}
const handedOver = async (stage: Stage): Promise<void> => {
  const commentAt = at(stage.now.seconds + 900);
  await stage.ledger.append(await stage.view(), [{ type: "ticketed", ticket: "T-1", commentAt }], "Escalate", stage.clock());
  stage.now.seconds += 900;
  await stage.ledger.append(await stage.view(), [{ type: "commented", ticket: "T-1", archive: sha("logs") }], "Escalate", stage.clock());
};

describe("principle 12: every decision of a whole incident replays to the same answer, from records and archive alone", () => {
  it("of one that is repaired and proved, with an alert that joins on the way", async () => {
    const stage = await aStage();
    const { write } = stage.hands;
    stage.hands.write = async (permit) => {
      const restarted = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": permit.writeBefore } } };
      const made = { metadata: { name: "checkout-7d4f-new", uid: "u-new", creationTimestamp: at(stage.now.seconds + 5) }, spec: injected };
      const second = { annotations: { "deployment.kubernetes.io/revision": "2" } };
      const moved = { metadata: { generation: 2, ...second }, spec: { template: restarted }, status: { observedGeneration: 2 } };
      const objects = checkout({ deployment: moved, pod: made });
      stage.now.objects = aWorld(
        ...objects.map((object) =>
          object.kind === "ReplicaSet" ? (merged(object as never, { metadata: second }) as unknown as Raw) : object,
        ),
      );
      await stage.ledger.openOrJoin(anOpening({ alerts: [anAlert({ fingerprint: "late" })] }), stage.clock());
      return write(permit);
    };
    expect(await goesOn(stage)).toBe("Done");
    expect(await stage.last("closed")).toMatchObject({ result: "proved" });
    const types = ["diagnosed", "decided", "intent", "joined", "looked", "looked", "concluded", "diagnosed", "closed"];
    expect(await replays(stage)).toEqual(types);
  });

  it("of one that is asked for, refused, waits, fails, is taken back, and becomes a ticket", async () => {
    const stage = await anApprovedLabel();
    await stage.ledger.setSwitch("all", { state: "on", by: "alice", since: at(1), why: "freeze" });
    await act(stage.id, acting(stage));
    await stage.ledger.setSwitch("all", { state: "off" });
    await stage.ledger.append(
      await stage.view(),
      [{ type: "resolved", alerts: [anAlert({ fingerprint: "another", status: "resolved", endsAt: at(9) } as never)] }],
      "test",
      stage.clock(),
    );
    const stuck = {
      ...{ observedGeneration: 2, replicas: 2, updatedReplicas: 0, readyReplicas: 1, availableReplicas: 1 },
      conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }],
    };
    const template = { metadata: { labels: { [label]: "enabled" } } };
    stage.hands.write = async () => {
      const moved = { metadata: { generation: 2, resourceVersion: "200" }, spec: { template }, status: stuck };
      stage.now.objects = withThese(stage.now.objects, aDeployment(moved));
      return { effect: "applied", says: "done" };
    };
    expect(await goesOn(stage)).toBe("Ask");
    const { plan } = await stage.last("asked");
    await stage.ledger.append(await stage.view(), [{ type: "answered", plan, who: "alice", yes: true }], "alice", stage.clock());
    expect(await goesOn(stage)).toBe("Escalate");
    expect(await stage.last("escalating")).toMatchObject({ why: expect.stringContaining("was taken back") });
    await handedOver(stage);
    expect(await goesOn(stage)).toBe("Done");
    const types = await replays(stage);
    for (const type of ["diagnosed", "decided", "asked", "intent", "looked", "concluded", "escalating", "closed"])
      expect(types).toContain(type);
    expect(types.filter((type) => type === "intent")).toHaveLength(2);
  });

  it("of one that is refused at the write, for what was seen then and not before", async () => {
    const stage = await aPlannedRestart();
    stage.now.objects = withThese(stage.now.objects, aDeployment({ spec: { paused: true } }));
    expect(await goesOn(stage)).toBe("Escalate");
    const refused = await stage.last("decided");
    expect(refused).toMatchObject({ at: "write", verdict: { verdict: "deny" }, basis: { policy: stage.policy.version } });
    expect(await replays(stage)).toEqual(["diagnosed", "decided", "decided", "escalating"]);
  });

  it("notices a decision that was another one", async () => {
    const stage = await aPlannedRestart();
    const { story } = await stage.view();
    const changed = story.map((record) =>
      record.type === "decided" ? { ...record, verdict: { verdict: "allow", passed: ["all of them"] } } : record,
    );
    const { archive, rules, policy } = stage;
    const all = await replay({ story: changed as never, archive, policies: [policy], rules });
    expect(all.filter(({ recorded, again }) => recorded !== again).map(({ record }) => record.type)).toEqual(["decided"]);
  });
});

describe("a decision names what it stood on", () => {
  it("the plan: the diagnosis' evidence, the policy's version, the moment, the cluster's state and the switches", async () => {
    const stage = await aPlannedRestart();
    const { cluster, stops } = await stage.view();
    const { evidence } = await stage.last("diagnosed");
    const { basis, written } = await stage.last("decided");
    expect(basis).toEqual({ now: written, policy: stage.policy.version, evidence, cluster, stops });
  });

  it("the write: evidence of its own, and the verdict on it", async () => {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
    const { basis, verdict } = await stage.last("intent");
    expect(verdict).toMatchObject({ verdict: "allow", passed: expect.arrayContaining(["one-at-a-time", "evidence-complete"]) });
    expect(basis).toMatchObject({ policy: stage.policy.version, now: stage.clock() });
    expect(basis?.evidence).toBeDefined();
    expect(basis?.evidence).not.toBe((await stage.last("diagnosed")).evidence);
  });
});

it("records of before, which name no basis, still verify, are acted upon, and told", async () => {
  const stage = await aStage();
  await stage.diagnose();
  const { diagnosis } = await stage.last("diagnosed");
  const [remedy] = diagnosis.remedies;
  if (!remedy) throw new Error("no remedy");
  const old = { type: "decided", at: "plan", remedy, plan: planOf(remedy), verdict: { verdict: "allow", passed: ["all"] } } as const;
  await stage.ledger.append(await stage.view(), [old], "Decide", stage.clock());
  expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
  await act(stage.id, stage.acting("RolloutWorkload"));
  expect(await stage.types()).toEqual(["diagnosed", "decided", "preserved", "intent", "outcome"]);
  expect(verify((await stage.view()).story)).toEqual({ whole: true });
});
