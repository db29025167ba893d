import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderDesk } from "../../../adapters/desk/folder.ts";
import { handler, type Ports } from "../../../lambdas/escalate/handler.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { aPolicy, at } from "../../support/incidents.ts";
import { anEndpointSlice } from "../../support/objects.ts";
import { aStage, older, type Stage } from "../act/stage.ts";

const down = anEndpointSlice({ endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: false } }] });

/** An incident that is to become a ticket: the webhook has no ready endpoint, and nothing may be done about that. */
async function escalating(): Promise<Stage> {
  const stage = await aStage({
    objects: withThese(aWorld(...checkout({ pod: older })), down),
    policy: aPolicy({ timing: { logsAfterSeconds: 900 } }),
  });
  expect(await stage.plan()).toMatchObject({ to: "Escalate" });
  return stage;
}
const ticketsOf = (stage: Stage) => join(stage.folder, "tickets");
const escalate = (stage: Stage, change: Partial<Ports> = {}) =>
  handler(
    { id: stage.id },
    {
      ...{ ledger: stage.ledger, archive: stage.archive, world: stage.world, rules: stage.rules, policy: stage.policy, clock: stage.clock },
      desk: folderDesk(ticketsOf(stage), stage.archive),
      by: "Escalate",
      plain: (text) => `‹${text}›`,
      ...change,
    },
  );
const ticket = (stage: Stage) => readFileSync(join(ticketsOf(stage), stage.id, "ticket.md"), "utf8");
const count = async (stage: Stage, type: string) => (await stage.types()).filter((one) => one === type).length;

describe("the ticket", () => {
  it("is opened at once, with what a person needs, and every foreign word made plain", async () => {
    const stage = await escalating();
    await escalate(stage);
    expect(await stage.last("ticketed")).toMatchObject({ ticket: stage.id, commentAt: at(stage.now.seconds + 900), by: "Escalate" });
    expect(ticket(stage)).toMatch(/^# ‹prod: workloads not receiving svids, Deployment payments\/checkout›/);
    expect(ticket(stage)).toContain("has no ready endpoint");
    expect(readdirSync(join(ticketsOf(stage), stage.id, "attachments"))).toEqual(["01-evidence.json", "02-agent-logs-before.json"]);
  });

  it("is opened once, though it is asked for twice, and at once", async () => {
    const stage = await escalating();
    await Promise.all([escalate(stage), escalate(stage)]);
    await escalate(stage);
    expect(await count(stage, "ticketed")).toBe(1);
    expect(readdirSync(ticketsOf(stage))).toEqual([stage.id]);
  });

  it("is opened once, though it was killed between the desk and the record", async () => {
    const stage = await escalating();
    const ledger = { ...stage.ledger, append: () => Promise.reject(new Error("killed")) };
    await expect(escalate(stage, { ledger })).rejects.toThrow("killed");
    expect(await count(stage, "ticketed")).toBe(0);
    const first = ticket(stage);
    stage.now.seconds += 60;
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    await escalate(stage);
    expect(await stage.last("ticketed")).toMatchObject({ ticket: stage.id });
    expect(readdirSync(ticketsOf(stage))).toEqual([stage.id]);
    expect(ticket(stage)).toBe(first);
  });

  it("is opened also where nothing can be read: a ticket without logs is better than none", async () => {
    const stage = await escalating();
    stage.now.blind = true;
    await escalate(stage);
    expect(await count(stage, "ticketed")).toBe(1);
  });

  it("is not on record where the desk refused it, and is asked for again", async () => {
    const stage = await escalating();
    const desk = { open: () => Promise.reject(new Error("the desk is closed")), comment: async () => {} };
    await expect(escalate(stage, { desk })).rejects.toThrow("the desk is closed");
    expect(await count(stage, "ticketed")).toBe(0);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
  });
});

describe("the logs of the time after", () => {
  it("are not added before their time", async () => {
    const stage = await escalating();
    await escalate(stage);
    stage.now.seconds += 899;
    await escalate(stage);
    expect(await count(stage, "commented")).toBe(0);
    expect(await stage.decide()).toMatchObject({ to: "Settle" });
  });

  it("are added once, then the incident closes with its result", async () => {
    const stage = await escalating();
    await escalate(stage);
    stage.now.seconds += 900;
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    await escalate(stage);
    await escalate(stage);
    expect(await count(stage, "commented")).toBe(1);
    const { archive } = await stage.last("commented");
    expect(ticket(stage)).toContain(`archive object ${archive}`);
    expect(await stage.plan()).toMatchObject({ to: "Done" });
    expect(await stage.last("closed")).toMatchObject({ result: "escalated" });
  });
});

describe("nothing is opened", () => {
  it("where nobody decided to hand over", async () => {
    const stage = await aStage();
    await escalate(stage);
    expect(await stage.types()).toEqual([]);
  });
  it("for an incident that is closed", async () => {
    const stage = await escalating();
    await escalate(stage);
    stage.now.seconds += 900;
    await escalate(stage);
    await stage.plan();
    const before = ticket(stage);
    await escalate(stage);
    expect(ticket(stage)).toBe(before);
    expect((await stage.types()).at(-1)).toBe("closed");
  });
});
