import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { placeOf } from "../../../adapters/archive/address.ts";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { canonical, sha256 } from "../../../kernel/digest.ts";
import { beginning, seal as link } from "../../../kernel/story.ts";
import { instant } from "../../../kernel/time.ts";
import type { LedgerRecord, Sha256 } from "../../../kernel/types/index.ts";
import { some } from "../../../kernel/types/index.ts";
import { copyOf, seal } from "../../../lambdas/audit/seal.ts";
import { places } from "../../../local/places.ts";
import { openSession } from "../../../local/session.ts";
import { practiceOutside } from "../../../local/settings.ts";
import { alert, appended, at, closed, faulted, nonce, opened, opening, sha } from "../../support/ledger-values.ts";
import { aFolder, aPolicy, aSession, aWorld, cli, noStack } from "./support.ts";

const inArchive = (data: string, address: string) => join(places(data).archive, placeOf(address));
const copy = (story: readonly LedgerRecord[]): Sha256 => {
  const all = some(story);
  if (!all) throw new Error("an empty story");
  return sha256(copyOf(all));
};

/** A closed incident whose records name everything that records can name, with its archive. Each object holds its own name. */
async function aHistory({ closedAt = at(60) } = {}) {
  const data = aFolder();
  const archive = folderArchive(places(data).archive);
  for (const name of ["a body", "another body", "preserved", "logs"]) await archive.put(canonical(name), "evidence");
  const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
  const view = await opened(ledger, opening([alert("a")]));
  const entries = [
    { type: "joined", alerts: [alert("b", { body: sha("another body") })] },
    { type: "preserved", plan: sha("plan"), archive: sha("preserved"), missing: [] },
    { type: "commented", ticket: "T-1", archive: sha("logs") },
    faulted("it had no time"),
  ] as const;
  const seen = await appended(ledger, view, ...entries);
  const end = await ledger.append(seen, [closed], "Decide", closedAt);
  if (end === "conflict") throw new Error(end);
  ledger.close();
  await seal(end.story, archive);
  const verify = (...more: readonly string[]) => cli("audit", "verify", "--data", data, ...more);
  return { data, id: view.head.id, story: end.story, verify, place: (address: string) => inArchive(data, address) };
}

describe("audit verify, of what is archived", () => {
  it("finds all that a real run has named, and each of it by the record that names it where it was changed", {
    timeout: 60_000,
  }, async () => {
    const { world } = await aWorld("older-than-webhook");
    const { data, fire, told, records } = await aSession(world);
    await fire();
    await told("closed");
    const verify = () => cli("audit", "verify", "--data", data);
    await expect.poll(async () => (await verify()).code, { timeout: 10_000 }).toBe(0);
    expect((await verify()).out).toMatch(/\n✓ archive: \d+ objects as they were put there\n$/);

    const named = new Map<string, string>();
    for (const record of records)
      for (const [, address = ""] of JSON.stringify(record).matchAll(/"(?:bodies":\[|body":|archive":|evidence":)"([0-9a-f]{64})"/g))
        if (!named.has(address)) named.set(address, `record ${record.seq} (${record.type})`);
    named.set(copy(records), "the sealed copy of");
    expect(new Set([...named.values()].map((as) => as.replace(/^record \d+ /, "")))).toEqual(
      new Set(["(opened)", "(diagnosed)", "(preserved)", "(intent)", "(looked)", "the sealed copy of"]),
    );
    for (const [address, as] of named) {
      const path = inArchive(data, address);
      const was = readFileSync(path);
      writeFileSync(path, `${was} `);
      const { code, out, err } = await verify();
      expect({ as, code, err }).toEqual({ as, code: 1, err: "" });
      expect(out.split("\n").filter((line) => line.startsWith("✗"))).toEqual([
        expect.stringMatching(new RegExp(`${as.replaceAll(/[()]/g, "\\$&")}.*: what is archived under ${address} was changed`)),
        expect.stringMatching(/^✗ archive: \d+ objects as they were put there, 1 missing or changed$/),
      ]);
      writeFileSync(path, was);
    }
    expect((await verify()).code).toBe(0);
  });

  it.each([
    ["a body", "record 1 (opened)"],
    ["another body", "record 2 (joined)"],
    ["preserved", "record 3 (preserved)"],
    ["logs", "record 4 (commented)"],
  ])("names what is missing: %s", async (name, as) => {
    const { verify, id, place } = await aHistory();
    rmSync(place(sha(name)));
    const { code, out } = await verify(id);
    expect(code).toBe(1);
    expect(out).toContain(`✗ ${id} ${as}: nothing is archived under ${sha(name)}\n`);
    expect(out).toContain("every chain is whole");
    expect(out).toContain("✗ archive: 4 objects as they were put there, 1 missing or changed\n");
    expect(JSON.parse((await verify("--json")).out)).toMatchObject({
      archive: { whole: 4, broken: [`${id} ${as}: nothing is archived under ${sha(name)}`], unread: [] },
    });
  });

  it("misses the sealed copy of a story that was written anew from end to end, for its chain is whole", async () => {
    const { verify, data, id, story, place } = await aHistory();
    const forged: LedgerRecord[] = [];
    for (const { incidentId, seq, prev: _prev, hash: _hash, written, by, nonce: own, ...entry } of story) {
      const prev = forged.at(-1)?.hash ?? beginning;
      const told = entry.type === "faulted" ? { ...entry, error: "the network was slow" } : entry;
      forged.push(link(told, { incidentId, seq, prev }, { written, by, nonce: own }));
    }
    const database = new DatabaseSync(places(data).ledger);
    for (const event of ["update", "replace"]) database.exec(`DROP TRIGGER records_no_${event}`);
    for (const record of forged)
      database
        .prepare("UPDATE records SET fields = json_set(fields, '$.body', ?) WHERE pk = ? AND CAST(sk AS INTEGER) = ?")
        .run(canonical(record), id, record.seq);
    database.prepare("UPDATE state SET fields = json_set(fields, '$.hash', ?) WHERE sk = 'HEAD'").run(forged.at(-1)?.hash ?? "");
    database.close();
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toContain("every chain is whole");
    expect(out).toContain(
      `✗ the sealed copy of ${id}: nothing is archived under ${copy(forged)}: it was removed, this is not the story that was closed, or nobody sealed it (on one machine: when remediator ended right after the close, and was not started within the hour)\n`,
    );
    expect(readFileSync(place(copy(story)), "utf8")).toContain("it had no time");
  });

  it("does not know whether what was closed just now will be sealed", async () => {
    const { verify, id, story, place } = await aHistory({ closedAt: instant(Date.now()) });
    rmSync(place(copy(story)));
    const { code, out } = await verify();
    expect(code).toBe(3);
    expect(out).toContain(`? the sealed copy of ${id} is not there yet: it was closed at ${story.at(-1)?.written}\n`);
    writeFileSync(place(copy(story)), "another");
    expect((await verify()).code).toBe(1);
  });

  it("finds the sealed copy of what was closed right before its process was killed, once another one has started, and not of what is older", async () => {
    const { world } = await aWorld("healthy");
    const policy = aPolicy();
    const started = { port: 0, cluster: "practice", policy, outside: practiceOutside(world, policy), approver: { by: "nobody" } } as const;
    const minutesAgo = (minutes: number) => instant(Date.now() - minutes * 60_000);
    const [killed, old] = [await aHistory({ closedAt: minutesAgo(59) }), await aHistory({ closedAt: minutesAgo(61) })];
    for (const { data, story, place, verify } of [killed, old]) {
      rmSync(place(copy(story)));
      expect((await verify()).code).toBe(1);
      const session = await openSession({ ...started, dataDir: data, watcher: { told: () => {} } });
      await session.close();
    }
    expect(await killed.verify()).toMatchObject({ code: 0, out: expect.stringContaining("✓ archive: 5 objects as they were put there\n") });
    expect((await old.verify()).code).toBe(1);
  });

  it("does not know what it cannot read, and goes on with the others", async () => {
    const { verify, place } = await aHistory();
    rmSync(place(sha("logs")));
    mkdirSync(place(sha("logs")));
    const { code, out, err } = await verify();
    expect({ code, err }).toEqual({ code: 3, err: "" });
    expect(out).toMatch(
      /\n\? the archive cannot be read: EISDIR.*\n\? archive: 4 objects as they were put there, not everything could be read\n$/,
    );
    rmSync(place(sha("a body")));
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringMatching(noStack) });
  });

  it("takes no archive's word for what stands behind a broken record, nor for a copy", async () => {
    const { verify, data, id, place, story } = await aHistory();
    for (const name of ["preserved", "logs"]) rmSync(place(sha(name)));
    const database = new DatabaseSync(places(data).ledger);
    database.exec("DROP TRIGGER records_no_update");
    database.prepare("UPDATE records SET fields = 'x' WHERE pk = ? AND sk = '00000003'").run(id);
    database.close();
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out).toContain("record 3 cannot be read");
    expect(out).toContain("\n✓ archive: 2 objects as they were put there\n");
    expect(await cli("audit", "verify", "--copy", place(copy(story)))).toMatchObject({
      code: 0,
      out: expect.not.stringContaining("archive"),
    });
  });
});
