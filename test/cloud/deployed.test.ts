import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linesOf } from "./support/logs.ts";
import { type Stage, setStage } from "./support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  console.log("deployed", stage.deployment.took);
}, 600_000);
afterAll(() => stage?.stop());

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
});
