import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Credentials } from "../../adapters/eks/token.ts";
import type { Ticket } from "../../kernel/ports.ts";
import { verify } from "../../kernel/story.ts";
import type { LedgerRecord, Sha256 } from "../../kernel/types/index.ts";
import type { World } from "../../local/world/world.ts";
import { until } from "../cluster/parts/process.ts";
import { recordsOf } from "../cluster/support/stories.ts";
import { ticketDesk } from "./support/desk.ts";
import { fire, Played, type Story } from "./support/incidents.ts";
import { audited, linesOf } from "./support/logs.ts";
import { onCall } from "./support/policy.ts";
import { person } from "./support/roles.ts";
import { sendSigned } from "./support/signed.ts";
import { type Stage, setStage } from "./support/stage.ts";

let stage: Stage;
let people: Readonly<Record<"approver" | "stranger", Credentials>>;
beforeAll(async () => {
  stage = await setStage();
  people = {
    approver: await person(stage.emulator.endpoint, onCall, true),
    stranger: await person(stage.emulator.endpoint, "stranger", true),
  };
  console.log("deployed", stage.deployment.took);
}, 240_000);
afterAll(() => stage?.stop(), 30_000);

/** Each wait has an end of its own, and says what it waited for: this is only for what nobody thought of. */
const longest = { timeout: 200_000 };

const post = async (headers: Readonly<Record<string, string>>) =>
  (await fetch(`${stage.api.url}/alerts`, { method: "POST", headers, body: "{}", signal: AbortSignal.timeout(60_000) })).status;

describe("the stack, really bootstrapped and deployed", () => {
  test("says where alerts go, what runs them, and where their tokens belong", () => {
    expect(Object.keys(stage.deployment.outputs)).toEqual(expect.arrayContaining(["Alerts", "Workflow", "Tokens"]));
  });

  test("has a ledger with nothing in it", async () => expect(await stage.ledger.open()).toEqual([]));
});

describe("an alert", () => {
  test("without a token is refused at the door", async () => expect(await post({})).toBe(401));

  test("with a wrong token is refused, is not on record, and its token is in no log", async () => {
    const wrong = "a-token-that-nobody-was-given";
    expect(await post({ authorization: `Bearer ${wrong}` })).toBeGreaterThanOrEqual(400);
    expect(await stage.ledger.open()).toEqual([]);
    const lines = [
      ...(await linesOf(stage.emulator.endpoint, stage.deployment, "Authorize")),
      ...(await linesOf(stage.emulator.endpoint, stage.deployment, "Ingest")),
    ];
    expect(lines.join("\n")).not.toContain(wrong);
  });

  test("with a token is taken only for the token's clusters", longest, async () => {
    const world = await stage.play("healthy");
    expect(await post({ authorization: "Bearer not-it" })).toBe(403);
    expect((await fire(stage, world, stage.tokens.elsewhere)).status).toBe(403);
    expect(await stage.ledger.open()).toEqual([]);
  });
});

const closing = (story: Story) => recordsOf(story, "closed")[0];
const written = (world: World) =>
  world
    .audit()
    .filter(({ dryRun }) => !dryRun)
    .map(({ user, verb }) => [user, verb]);
const answer = async (incident: Played, credentials: Credentials, yes: boolean) => {
  const [asked] = recordsOf((await incident.view()).story, "asked");
  const headers = { "content-type": "application/json" };
  const asking = { host: stage.host, path: `/approvals/${incident.id}`, headers, body: JSON.stringify({ yes, plan: asked?.plan }) };
  return sendSigned(stage.emulator.endpoint, "execute-api", asking, credentials);
};

describe("an incident, by the deployed functions", () => {
  test("is proved repaired, with the whole story on record and in the log", longest, async () => {
    const world = await stage.play("older-than-webhook");
    const incident = await Played.fired(stage, world);
    const story = await incident.has("closed");
    expect(closing(story)).toMatchObject({ result: "proved" });
    expect(verify(story)).toEqual({ whole: true });
    await incident.is("SUCCEEDED");
    expect(written(world)).toEqual([["RolloutWorkload", "patch"]]);

    let logged: readonly LedgerRecord[] = [];
    await until("the audit log has the whole story", 30, async () => {
      const all = await audited(stage.emulator.endpoint, stage.deployment);
      logged = all.filter(({ incidentId }) => incidentId === incident.id);
      return logged.length >= story.length;
    });
    expect(logged.toSorted((a, b) => a.seq - b.seq)).toEqual(story);
  });

  test("that no remedy is for becomes a ticket: in the archive, and at the desk that subscribes to the topic", longest, async () => {
    const desk = await ticketDesk(stage.sns, stage.deployment.outputs.Tickets ?? "");
    try {
      const world = await stage.play("fargate");
      const incident = await Played.fired(stage, world);
      const story = await incident.has("closed");
      expect(closing(story)).toMatchObject({ result: "escalated" });
      expect(written(world)).toEqual([]);
      await until("the desk has the ticket and the comment", 20, async () => desk.messages.length === 2);
      const [opened, commented] = desk.messages;
      const address = /The whole ticket: archive object ([0-9a-f]{64})/.exec(opened?.Message ?? "")?.[1] ?? "";
      const ticket = JSON.parse(Buffer.from(await stage.archive.get(address as Sha256)).toString("utf8")) as Ticket;
      expect(ticket.incident).toBe(incident.id);
      expect(opened?.Subject).toContain(ticket.title);
      expect(opened?.Message).toContain(ticket.body);
      const [diagnosed] = recordsOf(story, "diagnosed");
      expect(ticket.attachments).toContainEqual({ name: "evidence.json", archive: diagnosed?.evidence });
      for (const { archive } of ticket.attachments) expect((await stage.archive.get(archive)).length).toBeGreaterThan(0);
      const [comment] = recordsOf(story, "commented");
      expect(commented?.Message).toContain(comment?.archive);
    } finally {
      await desk.stop();
    }
  });

  test("waits for a person's approval, and is proved repaired after it", longest, async () => {
    const world = await stage.play("template-unlabelled");
    const incident = await Played.fired(stage, world);
    await incident.asks();
    expect(written(world)).toEqual([]);
    expect(await answer(incident, people.stranger, true)).toMatchObject({ status: 403 });
    expect(await answer(incident, people.approver, true)).toMatchObject({ status: 200 });
    const story = await incident.has("closed");
    expect(recordsOf(story, "answered")).toMatchObject([{ yes: true, who: expect.stringContaining(`/${onCall}/jo`) }]);
    expect(closing(story)).toMatchObject({ result: "proved" });
    expect(written(world)).toEqual([["RolloutWorkload", "patch"]]);
    await incident.is("SUCCEEDED");
  });

  test("whose execution is stopped from outside gets another one from the sweeper, which ends it", longest, async () => {
    const world = await stage.play("template-unlabelled");
    const incident = await Played.fired(stage, world);
    await incident.asks();
    await stage.sfn.send(new StopExecutionCommand({ executionArn: incident.execution(1) }));
    await incident.is("ABORTED");
    expect(await stage.invoke("Sweep")).toEqual({ open: 1, failed: 0 });
    await incident.is("RUNNING", 2);
    await incident.asks(2);
    expect(await answer(incident, people.approver, true)).toMatchObject({ status: 200 });
    const story = await incident.has("closed");
    expect(closing(story)).toMatchObject({ result: "proved" });
    expect(verify(story)).toEqual({ whole: true });
    expect(written(world)).toEqual([["RolloutWorkload", "patch"]]);
    await incident.is("SUCCEEDED", 2);
  });
});
