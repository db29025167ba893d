import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { ledgerOver } from "../../adapters/ledger/ledger.ts";
import { openSqliteLedger } from "../../adapters/ledger/sqlite/open.ts";
import { openDatabase } from "../../adapters/ledger/sqlite/schema.ts";
import { sqliteStore } from "../../adapters/ledger/sqlite/store.ts";
import { Unreachable } from "../../kernel/ports.ts";
import { verify } from "../../kernel/story.ts";
import { faulty, late } from "../support/ledger-faults.ts";
import { allowWrites, appended, at, closed, faulted, nonce, opened, openingOf, seen, take } from "../support/ledger-values.ts";
import { ledgerContract } from "./contract.ts";

ledgerContract("SQLite", async () => {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  const path = join(dir, "ledger.db");
  const files: DatabaseSync[] = [];
  return {
    open: (faults) => {
      const file = openDatabase(path);
      files.push(file);
      const store = sqliteStore(file);
      return ledgerOver(faults ? faulty(store, faults) : store, nonce);
    },
    stop: async () => {
      for (const file of files) file.close();
      rmSync(dir, { recursive: true });
    },
  };
});

function ledgerFile() {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  const path = join(dir, "ledger.db");
  const ledger = openSqliteLedger({ path, random: nonce });
  onTestFinished(() => {
    ledger.close();
    rmSync(dir, { recursive: true });
  });
  return { path, ledger };
}

it("refuses to change, remove or replace a record, whoever asks", async () => {
  const { path, ledger } = ledgerFile();
  const { head } = await appended(ledger, await opened(ledger, openingOf("web")), faulted("one"));
  const raw = new DatabaseSync(path);
  onTestFinished(() => raw.close());
  for (const statement of [
    "UPDATE records SET fields = '{}'",
    "DELETE FROM records",
    "INSERT OR REPLACE INTO records SELECT pk, sk, '{}' FROM records",
    "REPLACE INTO records SELECT pk, sk, '{}' FROM records",
    "INSERT INTO records SELECT pk, sk, '{}' FROM records WHERE true ON CONFLICT DO UPDATE SET fields = '{}'",
  ]) {
    expect(() => raw.exec(statement), statement).toThrow(/never/);
  }
  expect(verify((await seen(ledger, head.id)).story)).toEqual({ whole: true });
});

it("puts no time of a closing on record that is none", async () => {
  const { path, ledger } = ledgerFile();
  await appended(ledger, await opened(ledger, openingOf("web")), closed);
  const raw = new DatabaseSync(path);
  onTestFinished(() => raw.close());
  raw.exec("UPDATE state SET fields = json_set(fields, '$.closed', 'soon') WHERE pk LIKE 'OPEN#%'");
  expect((await opened(ledger, openingOf("web"), at(30))).story[0]).not.toHaveProperty("incident.after");
});

it("lists what was closed since, and no damaged record keeps it from that", async () => {
  const { path, ledger } = ledgerFile();
  const [early, late] = [await opened(ledger, openingOf("web")), await opened(ledger, openingOf("api"))];
  await ledger.append(early, [closed], "Decide", at(60));
  await ledger.append(late, [closed], "Decide", at(61));
  const raw = new DatabaseSync(path);
  raw.exec(`DROP TRIGGER records_no_update; UPDATE records SET fields = 'x' WHERE pk = '${early.head.id}' AND sk = '00000001'`);
  raw.close();
  expect(await ledger.closedSince(at(61))).toEqual([late.head.id]);
  expect(await ledger.closedSince(at(60))).toEqual([early.head.id, late.head.id].sort());
});

it("is for its owner's eyes, its journal too: it holds tokens", () => {
  const { path } = ledgerFile();
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o077, file).toBe(0);
});

it("commits to the disk before it answers", () => {
  const { path } = ledgerFile();
  const database = openDatabase(path);
  onTestFinished(() => database.close());
  expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
});

it("does not open what a newer version wrote", () => {
  const { path } = ledgerFile();
  const raw = new DatabaseSync(path);
  raw.exec("PRAGMA user_version = 99");
  raw.close();
  expect(() => openSqliteLedger({ path, random: nonce })).toThrow(/newer version/);
});

it("is unreachable, not wrong, when its file is gone bad", async () => {
  const { path, ledger } = ledgerFile();
  const { head } = await opened(ledger, openingOf("web"));
  const raw = new DatabaseSync(path);
  raw.exec("ALTER TABLE state RENAME TO elsewhere");
  raw.close();
  await expect(ledger.view(head.id)).rejects.toThrow(Unreachable);
});

it("says that the ledger is damaged where its last record is missing", async () => {
  const { path, ledger } = ledgerFile();
  const { head } = await appended(ledger, await opened(ledger, openingOf("web")), faulted("one"));
  const raw = new DatabaseSync(path);
  raw.exec("DROP TRIGGER records_no_delete; DELETE FROM records WHERE sk = '00000002'");
  raw.close();
  await expect(ledger.view(head.id)).rejects.toThrow(/damaged/);
});

it("knows its own record where the lost request arrives after all, before the next one", async () => {
  const { path, ledger } = ledgerFile();
  await allowWrites(ledger);
  const view = await opened(ledger, openingOf("web"));
  const file = openDatabase(path);
  onTestFinished(() => file.close());
  expect(await take(ledgerOver(late(sqliteStore(file)), nonce), view, at(1))).toMatchObject({ incident: view.head.id });
  expect((await seen(ledger, view.head.id)).story.map(({ type }) => type)).toEqual(["opened", "intent"]);
});

it("gives one permit to 20 processes, which open the new file at the same moment", async () => {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  const path = join(dir, "ledger.db");
  const program = join(dir, "taker.mjs");
  // Bundled, as it is published; 20 processes that each strip the types take ten times as long to start.
  const entry = fileURLToPath(new URL("../support/taker.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: "node", format: "esm", logLevel: "silent" });
  const takers = Array.from({ length: 20 }, () => fork(program, [path], { execArgv: [] }));
  onTestFinished(() => {
    for (const taker of takers) taker.kill("SIGKILL");
    rmSync(dir, { recursive: true });
  });
  const answers = async (): Promise<unknown[]> => Promise.all(takers.map(async (taker) => (await once(taker, "message"))[0]));
  const tell = (word: string) => {
    for (const taker of takers) taker.send(word);
  };

  await answers();
  const ready = answers();
  tell("open");
  const ids = await ready;
  expect(new Set(ids).size).toBe(1);
  const ledger = openSqliteLedger({ path, random: nonce });
  onTestFinished(() => ledger.close());
  await allowWrites(ledger);
  const viewed = answers();
  tell("view");
  await viewed;
  const took = answers();
  tell("take");
  expect((await took).sort()).toEqual([...Array.from({ length: 19 }, () => "conflict"), "permit"]);
  const [incident] = await ledger.open();
  if (incident === undefined) throw new Error("nothing is open");
  const { story } = await seen(ledger, incident.id);
  expect(story.map(({ type }) => type)).toEqual(["opened", "intent"]);
});
