import { DescribeExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../kernel/story.ts";
import type { IncidentId, LedgerRecord, LedgerView } from "../../kernel/types/index.ts";
import type { World } from "../../local/world/world.ts";
import { until } from "../cluster/parts/process.ts";
import { recordsOf } from "../cluster/support/stories.ts";
import { audited, linesOf } from "./support/logs.ts";
import { type Stage, setStage } from "./support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  console.log("deployed", stage.deployment.took);
}, 600_000);
afterAll(() => stage?.stop());

const functions = ["Ingest", "Decide", "Diagnose", "RolloutWorkload", "EvictWorkload", "LabelNamespace", "Escalate", "Ask", "Answer"];

async function fire(world: World): Promise<IncidentId> {
  const { status } = await world.fire(`${stage.api.url}/alerts`, stage.tokens.practice);
  const answer = stage.answers.at(-1);
  expect([status, answer?.text]).toEqual([200, expect.stringContaining("accepted")]);
  const { accepted } = JSON.parse(answer?.text ?? "") as { readonly accepted: readonly { readonly incident: IncidentId }[] };
  const [first] = accepted;
  if (!first) throw new Error(`no incident: ${answer?.text}`);
  return first.incident;
}

async function viewOf(id: IncidentId): Promise<LedgerView> {
  const view = await stage.ledger.view(id);
  if (!view) throw new Error(`there is no incident ${id}`);
  return view;
}
async function has(id: IncidentId, type: LedgerRecord["type"], seconds = 150): Promise<LedgerView["story"]> {
  const there = async () => (await viewOf(id)).story.some((record) => record.type === type);
  await until(`${id} has ${type}`, seconds, there).catch(async (error: unknown) => {
    const told = (await viewOf(id)).story.map(({ hash: _, prev: __, nonce: ___, ...record }) => JSON.stringify(record).slice(0, 600));
    throw new Error(`${String(error)}\n${told.join("\n")}`);
  });
  return (await viewOf(id)).story;
}
const closing = (story: LedgerView["story"]) => recordsOf(story, "closed")[0];

const execution = (id: IncidentId, run: number) =>
  `${stage.deployment.outputs.Workflow?.replace(":stateMachine:", ":execution:")}:${id}-r${run}`;
const statusOf = async (id: IncidentId, run = 1) =>
  (await stage.sfn.send(new DescribeExecutionCommand({ executionArn: execution(id, run) }))).status;

describe("an alert", () => {
  test("comes in only with a token, and only for the token's clusters", async () => {
    const world = await stage.play("healthy");
    const post = async (headers: Readonly<Record<string, string>>) =>
      (await fetch(`${stage.api.url}/alerts`, { method: "POST", headers, body: "{}" })).status;
    expect(await post({})).toBe(401);
    expect(await post({ authorization: "Bearer not-it" })).toBe(403);
    expect((await world.fire(`${stage.api.url}/alerts`, stage.tokens.elsewhere)).status).toBe(403);
    expect(await stage.ledger.open()).toEqual([]);
  });

  test("is proved repaired by the deployed functions, with the whole story on record", async () => {
    const world = await stage.play("older-than-webhook");
    const id = await fire(world);
    const story = await has(id, "closed");
    expect(closing(story)).toMatchObject({ result: "proved" });
    expect(verify(story)).toEqual({ whole: true });
    await until("its execution has ended", 30, async () => (await statusOf(id)) === "SUCCEEDED");
    const writes = world.audit().filter(({ dryRun }) => !dryRun);
    expect(writes.map(({ user, verb }) => [user, verb])).toEqual([["RolloutWorkload", "patch"]]);
  });
});
