import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderDesk } from "../../../adapters/desk/folder.ts";
import { act } from "../../../kernel/act/act.ts";
import { planOf } from "../../../kernel/plan.ts";
import { handler, type Ports } from "../../../lambdas/escalate/handler.ts";
import { aWorld, checkout, withThese } from "../../support/clusters.ts";
import { aNamespaceLabel, aPolicy, aStory, at, sha } from "../../support/incidents.ts";
import { aDeployment, anEndpointSlice } from "../../support/objects.ts";
import { aPlannedRestart } from "../act/planned.ts";
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

  it("is opened also where there is no way to the cluster at all, such as one that the policy does not know", async () => {
    const stage = await escalating();
    const says = "the policy's clusters do not say where prod is";
    await escalate(stage, { world: { fetch: async () => ({ state: "unavailable", reason: says, at: stage.clock() }) } });
    expect(await count(stage, "ticketed")).toBe(1);
    const logs = readFileSync(join(ticketsOf(stage), stage.id, "attachments", "02-agent-logs-before.json"), "utf8");
    expect(logs).toContain(says);
  });

  it("is opened also where the archive lost what was seen, and says so", async () => {
    const stage = await escalating();
    rmSync(join(stage.folder, "archive"), { recursive: true });
    await escalate(stage);
    expect(await count(stage, "ticketed")).toBe(1);
    const [evidence] = readdirSync(join(ticketsOf(stage), stage.id, "attachments"));
    expect(readFileSync(join(ticketsOf(stage), stage.id, "attachments", evidence ?? ""), "utf8")).toMatch(/^This attachment cannot be had/);
    expect(ticket(stage)).toContain("has no ready endpoint");
  });

  it("is not on record where the desk refused it, and is asked for again", async () => {
    const stage = await escalating();
    const desk = { open: () => Promise.reject(new Error("the desk is closed")), comment: async () => {} };
    await expect(escalate(stage, { desk })).rejects.toThrow("the desk is closed");
    expect(await count(stage, "ticketed")).toBe(0);
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
  });
});

describe("the ticket after a write that did not help", () => {
  /** A restart that was seen not to help: its rollout does not get on. */
  async function failed(): Promise<Stage> {
    const stage = await aPlannedRestart();
    await act(stage.id, stage.acting("RolloutWorkload"));
    const { writeBefore } = await stage.last("intent");
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
    const template = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": writeBefore } } };
    stage.now.objects = withThese(stage.now.objects, aDeployment({ spec: { template }, status: { conditions } }));
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    return stage;
  }

  it("has what was seen, the values, the step by hand and the priority, as of the diagnosis that led to it", async () => {
    const stage = await failed();
    await escalate(stage);
    const text = ticket(stage);
    expect(text).toContain("rollout-restart did not help: ");
    expect(text).toMatch(/## What was seen\n\n- ✗ `svid.older-than-webhook`/);
    expect(text).toMatch(/## Values\n\n- ‹count/);
    expect(text).toMatch(/## By hand\n[\s\S]*kubectl rollout restart deployment\/checkout/);
    expect(text).toContain("priority high");
  });

  it("has what was read at each step: for the diagnosis, at the write, after it, and what was preserved", async () => {
    const stage = await failed();
    await escalate(stage);
    expect(readdirSync(join(ticketsOf(stage), stage.id, "attachments"))).toEqual([
      "01-evidence.json",
      "02-evidence-at-write.json",
      "03-evidence-after-write.json",
      "04-agent-logs-before.json",
      "05-preserved-1.json",
    ]);
    const attached = JSON.parse(readFileSync(join(ticketsOf(stage), stage.id, "ticket.json"), "utf8")).attachments;
    expect(attached.slice(0, 3).map(({ archive }: { archive: string }) => archive)).toEqual([
      (await stage.last("diagnosed")).evidence,
      (await stage.last("intent")).basis?.evidence,
      (await stage.last("looked")).evidence,
    ]);
  });

  it("has what was read when it was refused at the write", async () => {
    const stage = await aPlannedRestart();
    stage.now.objects = withThese(stage.now.objects, aDeployment({ spec: { paused: true } }));
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    await escalate(stage);
    const { basis } = await stage.last("decided");
    expect(basis?.evidence).toBeDefined();
    expect(readFileSync(join(ticketsOf(stage), stage.id, "ticket.json"), "utf8")).toContain(String(basis?.evidence));
    expect(ticket(stage)).toContain("## Refused by the guards");
  });

  it("hears in its comment of what was taken back after all", async () => {
    const stage = await escalating();
    await escalate(stage);
    const view = await stage.view();
    const remedy = { ...aNamespaceLabel(), set: { key: "k", from: "enabled", to: null } };
    const intent = { type: "intent", remedy, plan: planOf(remedy), undoes: sha("a write"), fence: 1, writeBefore: at(99) } as const;
    const undone = { type: "outcome", intent: sha("nothing"), effect: "applied", says: "label k is removed", lookAt: at(99) } as const;
    const story = aStory([...view.story.slice(1), intent]);
    const { hash } = story.at(-1) ?? story[0];
    const told = aStory([...view.story.slice(1), intent, [stage.now.seconds + 1, { ...undone, intent: hash }]]);
    stage.now.seconds += 900;
    await escalate(stage, { ledger: { ...stage.ledger, view: async () => ({ ...view, story: told }), append: async () => view } });
    expect(ticket(stage)).toMatch(/‹At \S+, applied: label k is removed›\n\nLogs of the agents since/);
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
