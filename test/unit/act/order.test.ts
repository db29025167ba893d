import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { recall } from "../../../kernel/act/preserve.ts";
import type { World } from "../../../kernel/ports.ts";
import { withThese } from "../../support/clusters.ts";
import { at, sha } from "../../support/incidents.ts";
import { aDeployment } from "../../support/objects.ts";
import { aPlannedRestart, untouched } from "./planned.ts";

describe("principle 4: look again at the moment of writing, in this order", () => {
  it("preserve, fresh reads, all guards, rehearsal, permit, one write, outcome", async () => {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
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
    expect(stage.seen.written).toHaveLength(1);
    expect(await stage.types()).toEqual(["diagnosed", "decided", "preserved", "intent", "outcome"]);
  });

  it("what was read for preserving is read once more for the guards", async () => {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.queries.filter((text) => text === "/apis/apps/v1/namespaces/payments/deployments/checkout")).toHaveLength(2);
  });

  it("writes to the newest version of the target", async () => {
    const stage = await aPlannedRestart();
    const newer = aDeployment({ metadata: { resourceVersion: "177" } });
    stage.now.objects = withThese(stage.now.objects, newer);
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.written[0]?.remedy.target).toMatchObject({ uid: "u-checkout", resourceVersion: "177" });
  });

  it("the permit is of this moment, and the look waits for the settle time", async () => {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
    const intent = await stage.last("intent");
    expect(intent).toMatchObject({ fence: 1, writeBefore: at(stage.now.seconds + 20) });
    expect(stage.seen.written[0]).toMatchObject({ intent: intent.hash, writeBefore: intent.writeBefore });
    expect(await stage.last("outcome")).toMatchObject({ intent: intent.hash, effect: "applied", lookAt: at(stage.now.seconds + 20) });
    expect((await stage.view()).cluster).toMatchObject({ lease: { holder: stage.id, fence: 1 }, changes: [at(stage.now.seconds)] });
  });

  it("called again after the outcome, it does nothing", async () => {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
    stage.seen.forget();
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.calls).toEqual([]);
  });
});

describe("principle 5: nothing preserved, no write", () => {
  it("keeps what the write destroys, and names what else could not be had", async () => {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
    const { archive, missing } = await stage.last("preserved");
    expect(missing).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^range\(900,15\) .*: no prometheus is configured/)));
    const kept = await recall(archive, stage.archive);
    expect(kept.get("kubernetes\n/apis/apps/v1/namespaces/payments/deployments/checkout")).toMatchObject({
      state: "observed",
      value: { metadata: { uid: "u-checkout" } },
    });
    expect([...kept.keys()].filter((key) => key.startsWith("logs"))).toHaveLength(2);
  });

  it.each(["&previous=true", "/pods/*/log?", "/events?", "/deployments/checkout"])(
    "where %s cannot be read, nothing is written, and the refusal says what would have been lost",
    async (what) => {
      const stage = await aPlannedRestart();
      stage.now.blind = what;
      await act(stage.id, stage.acting("RolloutWorkload"));
      const { verdict } = await stage.last("decided");
      expect(verdict).toMatchObject({
        verdict: "deny",
        reasons: [{ guard: "preserved", says: expect.stringContaining("no route to host") }],
      });
      await untouched(stage);
      expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    },
  );

  it("that a pod has no log, because it never started, is an answer and not a loss", async () => {
    const stage = await aPlannedRestart();
    const fetch = stage.world.fetch;
    const world: World = {
      fetch: async (query) =>
        query.source === "logs" ? { state: "observed", value: null, at: stage.clock(), ref: sha("null") } : fetch(query),
    };
    await act(stage.id, { ...stage.acting("RolloutWorkload"), world });
    expect(stage.seen.written).toHaveLength(1);
  });

  it("where nothing can be had, it is refused on record, and no guard is even asked", async () => {
    const stage = await aPlannedRestart();
    stage.now.blind = true;
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(stage.seen.steps()).toEqual(["read", "record decided"]);
    expect(await stage.last("decided")).toMatchObject({ at: "write", verdict: { verdict: "deny", reasons: [{ guard: "preserved" }] } });
    await untouched(stage);
  });
});
