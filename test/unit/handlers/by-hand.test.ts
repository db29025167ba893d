import { describe, expect, it } from "vitest";
import { Unreachable } from "../../../kernel/ports.ts";
import { begin, isRequest } from "../../../lambdas/decide/by-hand.ts";
import { enterByHand } from "../../../lambdas/ingest/by-hand.ts";
import type { Ports } from "../../../lambdas/ingest/handler.ts";
import { aStage, type Stage } from "../act/stage.ts";

const asked = { cluster: "prod", scenario: "workloads-not-receiving-svids", namespace: "payments", workload_kind: "Deployment" };

async function entering({ ledger, archive, policy, clock }: Stage, change: Partial<Ports> = {}) {
  const started: string[] = [];
  const ports: Ports = {
    ...{ ledger, archive, policy, clock, log: () => {} },
    starter: { start: async (id) => void started.push(id) },
    waker: { wake: async () => {} },
    ...change,
  };
  return { started, enter: (request: unknown) => enterByHand(request, "a test", ports) };
}

describe("an execution that a person starts", () => {
  it("is told apart by its input", () => {
    expect(isRequest({ manual: {} })).toBe(true);
    expect(isRequest({ id: "practice-g1" })).toBe(false);
  });

  it("opens the incident, starts the execution that it has for itself, and is over", async () => {
    const stage = await aStage();
    const { enter, started } = await entering(stage);
    const begun = await begin({ manual: { ...asked, workload: "gateway" } }, enter);
    if (begun.to !== "Done") throw new Error(begun.says);
    expect(started).toEqual([begun.id]);
    const { story } = await stage.view(begun.id);
    expect(story).toMatchObject([{ type: "opened", incident: { scope: { name: "gateway" }, alerts: [{ from: "manual" }] } }]);
  });

  it("joins the incident that is open already", async () => {
    const stage = await aStage();
    const { enter } = await entering(stage);
    expect(await begin({ manual: { ...asked, workload: "checkout" } }, enter)).toEqual({ id: stage.id, to: "Done" });
    expect((await stage.view()).inbox).toHaveLength(1);
  });

  it.each([
    [{ ...asked, cluster: "a cluster/../x", workload: "gateway" }, /^cluster must be/],
    [
      { ...asked, scenario: "workloads-not-receiving", workload: "gateway" },
      /^scenario must be one of .*did you mean workloads-not-receiving-svids\?/,
    ],
    [{ ...asked, wrokload: "gateway" }, /^manual must be \{"manual"/],
    ["payments/gateway", /must be \{"manual"/],
    [null, /must be \{"manual"/],
  ])("is refused with what would be right: %j", async (manual, says) => {
    const { enter, started } = await entering(await aStage());
    expect(await begin({ manual }, enter)).toEqual({ to: "Refused", says: expect.stringMatching(says) });
    expect(started).toEqual([]);
  });

  it("fails, to be repeated, where nothing can be put on record", async () => {
    const stage = await aStage();
    const openOrJoin = async () => {
      throw new Unreachable("the table does not answer");
    };
    const { enter } = await entering(stage, { ledger: { ...stage.ledger, openOrJoin } });
    await expect(begin({ manual: { ...asked, workload: "gateway" } }, enter)).rejects.toThrow(Unreachable);
  });
});
