import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqliteLedger } from "../../adapters/ledger/sqlite/open.ts";
import { verify } from "../../kernel/story.ts";
import type { IncidentId, LedgerView } from "../../kernel/types/index.ts";
import { places } from "../../local/places.ts";
import { practiceOutside } from "../../local/settings.ts";
import type { IncidentName } from "../../local/world/incidents/incidents.ts";
import { startWorld, type World } from "../../local/world/world.ts";
import type { Run } from "../support/killed-run.ts";
import { quickPolicy } from "../support/quick-policy.ts";

/** Bundled once: twenty starts of it would otherwise strip the types of some hundred files each. */
const program = join(mkdtempSync(join(tmpdir(), "killed-run-")), "run.mjs");
beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, "../support/killed-run.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: "warning",
  }),
);
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

/** As a test's own `onTestFinished`: they run side by side, for most of their time is waiting. */
type CleanUp = (last: () => void | Promise<void>) => void;

interface Child {
  readonly process: ChildProcess;
  readonly ready: Promise<{ url: string; secret: string }>;
  readonly closed: Promise<string>;
  readonly exited: Promise<void>;
}
function child(run: Run, cleanUp: CleanUp): Child {
  const process = fork(program, [JSON.stringify(run)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  cleanUp(() => void process.kill("SIGKILL"));
  const of = <T>(pick: (message: Record<string, string>) => T | undefined) =>
    new Promise<T>((resolve) =>
      process.on("message", (message: Record<string, string>) => {
        const picked = pick(message);
        if (picked !== undefined) resolve(picked);
      }),
    );
  return {
    process,
    ready: of(({ url, secret }) => (url && secret ? { url, secret } : undefined)),
    closed: of(({ closed }) => closed),
    exited: new Promise((resolve) => process.once("exit", () => resolve())),
  };
}

async function aWorld(incident: IncidentName, cleanUp: CleanUp) {
  const world = await startWorld({ incident, readyDelayMs: 100 });
  const dataDir = mkdtempSync(join(tmpdir(), "sigkill-"));
  cleanUp(async () => {
    await world.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { world, run: { dataDir, policy: quickPolicy(), outside: practiceOutside(world, quickPolicy()) } };
}
const writes = (world: World) => world.audit().filter((entry) => !entry.dryRun && entry.code < 300);

/** Starts, kills at the chosen moment, starts again, and gives the story once it is closed. */
async function killed(
  incident: IncidentName,
  when: { killAt: number } | { once: (world: World) => boolean },
  cleanUp: CleanUp,
): Promise<{ story: LedgerView["story"]; world: World; died: boolean }> {
  const { world, run } = await aWorld(incident, cleanUp);
  const first = child({ ...run, ...("killAt" in when ? when : {}) }, cleanUp);
  const { url, secret } = await Promise.race([first.ready, first.exited.then(() => Promise.reject(new Error("died before it was ready")))]);
  void world.fire(`${url}/alerts`, secret).catch(() => {});
  if ("once" in when) {
    const watch = setInterval(() => when.once(world) && first.process.kill("SIGKILL"), 1);
    cleanUp(() => clearInterval(watch));
  }
  const died = await Promise.race([first.exited.then(() => true), first.closed.then(() => false)]);
  if (died) {
    const second = child(run, cleanUp);
    const again = await second.ready;
    // Alertmanager repeats what was not answered with 200; what was answered must be there without it.
    const ledger = openSqliteLedger({ path: places(run.dataDir).ledger, random: randomUUID });
    const open = (await ledger.open()).length;
    ledger.close();
    if (open === 0) await world.fire(`${again.url}/alerts`, again.secret);
    await second.closed;
    second.process.kill("SIGKILL");
    await second.exited;
  }
  const ledger = openSqliteLedger({ path: places(run.dataDir).ledger, random: randomUUID });
  cleanUp(() => ledger.close());
  const id = storyIds(run.dataDir)[0];
  const view = id ? await ledger.view(id) : undefined;
  if (!view) throw new Error("there is no incident");
  return { story: view.story, world, died };
}

/** The incidents of a data folder, straight from its file. */
function storyIds(dataDir: string): IncidentId[] {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(places(dataDir).ledger, { readOnly: true });
  const rows = database.prepare("select distinct pk from records where pk not like 'rejected%' and pk not like 'REJECTED%'").all();
  database.close();
  return rows.map(({ pk }) => String(pk) as IncidentId);
}

describe.concurrent("principle 10: killed at any record and started again, it is closed, with at most one write", () => {
  // opened, diagnosed, decided, preserved, intent, outcome, looked…, concluded, diagnosed: the last ones vary with the number of looks.
  it.for([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("at record %i", { timeout: 90_000 }, async (killAt, { expect: expects, onTestFinished }) => {
    const { story, world, died } = await killed("older-than-webhook", { killAt }, onTestFinished);
    expects(died).toBe(true);
    expects(verify(story)).toEqual({ whole: true });
    expects(story.at(-1)).toMatchObject({ type: "closed", result: "proved" });
    expects(writes(world)).toHaveLength(1);
    expects(story.filter((record) => record.type === "intent").length).toBeLessThanOrEqual(2);
  });
});

describe("killed between the write and its outcome", () => {
  it("finds by reading that it was done, and does not do it again", { timeout: 60_000 }, async ({ onTestFinished }) => {
    const { story, world, died } = await killed("older-than-webhook", { once: (seen) => writes(seen).length > 0 }, onTestFinished);
    expect(died).toBe(true);
    expect(writes(world)).toHaveLength(1);
    expect(story.at(-1)).toMatchObject({ type: "closed", result: "proved" });
  });
});
