import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import type { Uid } from "../../../kernel/types/index.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { at } from "../../support/incidents.ts";
import {
  aDeployment,
  aNamespace,
  anEndpointSlice,
  aPod,
  aStatefulSet,
  aWebhookBy,
  type Change,
  injected,
  label,
  merged,
  ownedBy,
  type Raw,
} from "../../support/objects.ts";
import { allowing } from "../../support/rules.ts";
import { anApprovedLabel, aPlannedRestart, untouched } from "./planned.ts";
import { aStage, older } from "./stage.ts";

describe("a denial at the write leaves no intent and costs no budget", () => {
  it("of a guard, over what is read now", async () => {
    const stage = await aPlannedRestart();
    stage.now.objects = withThese(stage.now.objects, aDeployment({ spec: { paused: true } }));
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.steps()).toEqual([
      ...["read", "keep preserved", "record preserved", "fresh reads and guards", "keep evidence", "record decided"],
    ]);
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      verdict: {
        verdict: "deny",
        reasons: [{ guard: "replicas-and-budgets", says: "Deployment checkout is paused: nothing would roll out" }],
      },
    });
    await untouched(stage);
  });

  it("of the rehearsal", async () => {
    const stage = await aPlannedRestart();
    stage.hands.rehearse = async () => ({ effect: "refused", says: "admission policy no-restarts denies it" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      verdict: { verdict: "deny", reasons: [{ guard: "rehearsal", says: "admission policy no-restarts denies it" }] },
    });
    await untouched(stage);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
  });

  it("of the rehearsal, where the target went away just now: a new look", async () => {
    const stage = await aPlannedRestart();
    stage.hands.rehearse = async () => ({ effect: "not-found", says: "deployment/checkout is not there any more" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("decided")).toMatchObject({ verdict: { reasons: [{ until: at(stage.now.seconds) }] } });
    await untouched(stage);
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it("of its own look, where rehearsing took so long that it is not fresh any more: a new look", async () => {
    const stage = await aPlannedRestart();
    const { freshSeconds } = stage.policy.limits;
    const rehearsedAfter = (seconds: number) => {
      stage.hands.rehearse = async () => {
        stage.now.seconds += seconds;
        return { effect: "applied", says: "would be" };
      };
      return act(stage.id, stage.acting("RolloutWorkload"));
    };
    await rehearsedAfter(freshSeconds + 1);
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      verdict: {
        verdict: "deny",
        reasons: [
          {
            guard: "fresh-and-firing",
            until: at(stage.now.seconds),
            says: `the look before the write was begun ${freshSeconds + 1} s ago, and evidence is good for ${freshSeconds} s`,
          },
        ],
      },
    });
    await untouched(stage);
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
    await stage.plan();
    await rehearsedAfter(freshSeconds);
    expect(stage.seen.written).toHaveLength(1);
  });

  it("of a stop switch that was thrown after the plan", async () => {
    const stage = await aPlannedRestart();
    await stage.ledger.setSwitch("all", { state: "on", by: "alice", since: at(12), why: "freeze" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("decided")).toMatchObject({ verdict: { verdict: "deny", reasons: [{ guard: "stop-switches" }] } });
    await untouched(stage);
  });

  it.each(["all", { cluster: "prod" }] as const)("of stop switch %j, thrown between the guards and the permit", async (which) => {
    const stage = await aPlannedRestart();
    stage.hands.rehearse = async () => {
      await stage.ledger.setSwitch(which, { state: "on", by: "alice", since: at(12), why: "freeze" });
      return { effect: "applied", says: "would be" };
    };
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.steps().slice(-3)).toEqual(["rehearse", "permit", "record decided"]);
    expect(await stage.last("decided")).toMatchObject({ at: "write", verdict: { reasons: [{ guard: "stop-switches" }] } });
    await untouched(stage);
  });
});

describe("the world changes between plan and write", () => {
  it("another cause: a new look, no write", async () => {
    const stage = await aPlannedRestart();
    const down = anEndpointSlice({ endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: false } }] });
    stage.now.objects = withThese(stage.now.objects, down);
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      verdict: {
        verdict: "deny",
        reasons: [{ guard: "evidence-complete", until: at(stage.now.seconds), says: expect.stringContaining("no ready endpoint") }],
      },
    });
    await untouched(stage);
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it("the webhook asks for another label by now: what was approved is not written, and the new plan is asked for anew", async () => {
    const stage = await anApprovedLabel();
    const approved = await stage.last("decided");
    const other = aWebhookBy({ objectSelector: { matchLabels: { [label]: undefined, "new.example/inject": "on" } } });
    stage.now.objects = withThese(stage.now.objects, other);
    await act(stage.id, stage.acting("RolloutWorkload"));
    await untouched(stage);
    expect(await stage.last("decided")).toMatchObject({
      at: "write",
      plan: approved.plan,
      verdict: { verdict: "deny", reasons: [{ guard: "evidence-complete", until: at(stage.now.seconds) }] },
    });
    expect(await stage.plan()).toMatchObject({ to: "Ask" });
    const { plan, remedy } = await stage.last("decided");
    expect(remedy).toMatchObject({ set: { key: "new.example/inject", to: "on" } });
    expect(plan).not.toBe(approved.plan);
    expect(await stage.last("asked")).toMatchObject({ plan });
  });

  it("what is written is what is proposed now, also where no guard compares it with the plan", async () => {
    const stage = await anApprovedLabel();
    const other = aWebhookBy({ objectSelector: { matchLabels: { [label]: undefined, "new.example/inject": "on" } } });
    stage.now.objects = withThese(stage.now.objects, other);
    await act(stage.id, { ...stage.acting("RolloutWorkload"), rules: { ...stage.rules, guards: [allowing] } });
    await untouched(stage);
    expect(await stage.last("decided")).toMatchObject({ at: "write", verdict: { reasons: [{ until: at(stage.now.seconds) }] } });
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it("the Deployment was made again: the new one is not touched, and looked at", async () => {
    const stage = await aPlannedRestart();
    const [top, set, pod] = checkout({ deployment: { metadata: { uid: "u-again" } }, pod: older });
    stage.now.objects = aWorld(...[top, set, pod].flatMap((one) => (one ? [one] : [])));
    await act(stage.id, stage.acting("RolloutWorkload"));
    await untouched(stage);
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it("the pod was made again: the new one is not touched, and looked at", async () => {
    const replica = (index: number, change: Change): Raw =>
      aPod(
        merged(
          { metadata: { name: `ledger-${index}`, ...ownedBy(aStatefulSet()), labels: { app: "ledger", [label]: "enabled" } } },
          change,
        ),
      );
    const around = [
      aNamespace(),
      aStatefulSet({ spec: { replicas: 2 }, status: { replicas: 2, updatedReplicas: 2 } }),
      replica(1, { spec: injected }),
    ];
    const stage = await aStage({
      objects: aWorld(...around, replica(0, older)),
      opening: { scope: { of: "owner", namespace: "payments", kind: "StatefulSet", name: "ledger" } },
    });
    expect(await stage.plan()).toMatchObject({ to: "EvictWorkload" });
    expect(await stage.last("decided")).toMatchObject({
      remedy: { kind: "evict-pod", target: { name: "ledger-0", uid: "u-ledger-0" as Uid } },
    });
    stage.now.objects = aWorld(...around, replica(0, merged(older, { metadata: { uid: "u-again" } })));
    stage.now.seconds += 5;
    await act(stage.id, stage.acting("EvictWorkload"));
    const { at: where, verdict } = await stage.last("decided");
    const reasons = verdict.verdict === "allow" ? [] : verdict.reasons;
    expect(where).toBe("write");
    expect(reasons.map(({ guard }) => guard)).toContain("explicit-live-targets");
    expect(reasons.filter((reason) => reason.rule !== "deny" || reason.until !== at(stage.now.seconds))).toEqual([]);
    await untouched(stage);
    expect(await stage.plan()).toMatchObject({ to: "EvictWorkload" });
    expect(await stage.last("decided")).toMatchObject({ at: "plan", remedy: { target: { uid: "u-again" } } });
  });
});
