import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteLedger } from "../../adapters/ledger/sqlite/open.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { Definition } from "../../lib/definition.ts";
import { createEngine } from "../../local/engine/engine.ts";
import { engineStarter, engineWaker } from "../../local/engine/starter.ts";
import { appended, closed, nonce, opened, openingOf } from "../support/ledger-values.ts";

const definition = JSON.parse(readFileSync("lib/workflow.asl.json", "utf8")) as Definition;

/** Each execution asks, and is stranded once it is woken: Decide then answers with a place that is not there. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), "starter-"));
  const ledger = openSqliteLedger({ path: join(folder, "ledger.db"), random: nonce });
  const started: string[] = [];
  const tokens: string[] = [];
  const asked = Promise.withResolvers<void>();
  const none = async () => undefined;
  const engine = createEngine({
    definition,
    handlers: {
      Decide: async ({ id, to }: { id: string; to?: string }) => ({ id, to: to ? "nowhere" : "Ask", until: "2030-01-01T00:00:00.000Z" }),
      Ask: async ({ token }: { token: string }) => {
        tokens.push(token);
        asked.resolve();
      },
      Diagnose: none,
      EvictWorkload: none,
      RolloutWorkload: none,
      LabelNamespace: none,
      Escalate: none,
    },
    moved: ({ name }, { state }) => {
      if (state === "Ask") started.push(name);
    },
  });
  onTestFinished(async () => {
    await engine.close();
    ledger.close();
    rmSync(folder, { recursive: true });
  });
  const view = await opened(ledger, openingOf("web"));
  const { id } = view.head;
  return { engine, ledger, view, id, started, tokens, asked: asked.promise, starter: engineStarter(engine, ledger) };
}

test("an incident has one execution, however often and at once it is started", async () => {
  const { id, starter, started, asked, ledger } = await setUp();
  await Promise.all([starter.start(id), starter.start(id), starter.start(id)]);
  await asked;
  await starter.start(id);
  await expect.poll(() => started).toEqual([`${id}-r1`]);
  expect((await ledger.view(id))?.head.run).toBe(1);
});

test("one that ended without closing its incident is followed by the next run, once", async () => {
  const { engine, id, starter, started, tokens, asked, ledger } = await setUp();
  await starter.start(id);
  await asked;
  const first = engine.running(id);
  await engineWaker(engine).wake(String(tokens[0]));
  expect(await first?.ended).toMatchObject({ status: "FAILED", error: "Stranded" });
  await Promise.all([starter.start(id), starter.start(id)]);
  await expect.poll(() => started).toEqual([`${id}-r1`, `${id}-r2`]);
  expect((await ledger.view(id))?.head.run).toBe(2);
  expect(engine.running(id)?.name).toBe(`${id}-r2`);
});

test("a closed incident, and one that never was, are not started", async () => {
  const { engine, id, view, starter, ledger } = await setUp();
  await appended(ledger, view, closed);
  await starter.start(id);
  await starter.start("never-was" as IncidentId);
  expect([engine.running(id), engine.running("never-was" as IncidentId)]).toEqual([undefined, undefined]);
});

test("a token that is gone is no error", async () => {
  const { engine } = await setUp();
  await expect(engineWaker(engine).wake("gone")).resolves.toBeUndefined();
});
