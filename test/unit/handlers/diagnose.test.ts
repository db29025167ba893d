import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { recall } from "../../../kernel/act/preserve.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { aDeployment, injected } from "../../support/objects.ts";
import { aStage, meanwhile, type Stage } from "../act/stage.ts";

describe("diagnose", () => {
  it("records the round, and archives what was read, for the guards too", async () => {
    const stage = await aStage();
    await stage.diagnose();
    const { diagnosis, evidence, by } = await stage.last("diagnosed");
    expect(by).toBe("Diagnose");
    expect(diagnosis).toMatchObject({ round: 1, cause: { check: "svid.older-than-webhook" }, remedies: [{ kind: "rollout-restart" }] });
    const kept = await recall(evidence, stage.archive);
    expect([...kept.keys()]).toContain("kubernetes\n/api/v1/pods");
    const texts = [...kept.keys()].map((key) => key.slice(key.indexOf("\n") + 1));
    expect(texts).toEqual(expect.arrayContaining([...stage.seen.queries]));
  });

  it("finds the same when nothing is asked for ahead, which asks for nothing that is not needed anyway", async () => {
    const [ahead, step] = [await aStage(), await aStage()];
    await ahead.diagnose();
    await step.diagnose(step.id, { rules: { ...step.rules, soon: () => [] } });
    const findings = async (stage: Stage) =>
      (await stage.last("diagnosed")).diagnosis.findings.map(({ check, is, says }) => [check, is, says]);
    expect(await findings(ahead)).toEqual(await findings(step));
    expect(new Set(step.seen.queries)).toEqual(new Set([...step.seen.queries, ...ahead.seen.queries]));
    expect(ahead.seen.queries.slice(0, 6)).toEqual(expect.arrayContaining([expect.stringMatching(/api\/v1\/pods$/)]));
  });

  it("principle 1: a world that cannot be read gives an unknown, no cause, nothing to do", async () => {
    const stage = await aStage();
    stage.now.blind = true;
    await stage.diagnose();
    const { diagnosis } = await stage.last("diagnosed");
    expect(diagnosis).toMatchObject({ remedies: [], findings: [{ is: "unknown", says: expect.stringContaining("no route to host") }] });
    expect(diagnosis.cause).toBeUndefined();
    expect(diagnosis.findings.map(({ is }) => is)).not.toContain("healthy");
  });

  it("counts its rounds", async () => {
    const stage = await aStage();
    await stage.diagnose();
    await stage.diagnose();
    expect(await stage.last("diagnosed")).toMatchObject({ diagnosis: { round: 2 } });
  });

  it("after a write it looks at what stands in the target's place, by evidence from now", async () => {
    const stage = await aStage();
    await stage.plan();
    await act(stage.id, stage.acting("RolloutWorkload"));
    stage.now.objects = withThese(aWorld(...checkout({ pod: { spec: injected } })), aDeployment({ metadata: { generation: 2 } }));
    stage.now.seconds += 60;
    await stage.diagnose();
    const looked = await stage.last("looked");
    expect(looked).toMatchObject({ intent: (await stage.last("intent")).hash });
    expect(looked.findings.map(({ subject }) => subject.on)).toEqual(looked.findings.map(() => "successor"));
    expect((await recall(looked.evidence, stage.archive)).size).toBeGreaterThan(0);
    expect((await stage.types()).filter((type) => type === "diagnosed")).toHaveLength(1);
  });

  it("that the incident moved on meanwhile is no fault, and leaves no second word", async () => {
    const stage = await aStage();
    const archive = {
      ...stage.archive,
      put: async (...args: Parameters<typeof stage.archive.put>) => {
        await meanwhile(stage);
        return stage.archive.put(...args);
      },
    };
    await stage.diagnose(stage.id, { archive });
    expect(await stage.types()).toEqual(["faulted"]);
  });

  it("a closed incident is left alone; one that does not exist is a fault", async () => {
    const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
    await stage.plan();
    const before = await stage.types();
    stage.seen.forget();
    await stage.diagnose();
    expect(await stage.types()).toEqual(before);
    expect(stage.seen.calls).toEqual([]);
    await expect(stage.diagnose("nobody-g1" as IncidentId)).rejects.toThrow("there is no incident nobody-g1");
  });
});
