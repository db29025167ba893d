import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { canonical } from "../../../kernel/digest.ts";
import { seal } from "../../../lambdas/audit/seal.ts";
import { check } from "../../../local/commands/audit/chain.ts";
import { places } from "../../../local/places.ts";
import { appended, asked, at, closed, faulted, nonce, opened, openingOf, seen } from "../../support/ledger-values.ts";
import { aFolder, cli, noStack } from "./support.ts";

/** Two incidents: `web` with four records, `api` with one; with their archive. */
async function aHistory() {
  const data = aFolder();
  const path = places(data).ledger;
  const ledger = openSqliteLedger({ path, random: nonce });
  const web = await opened(ledger, openingOf("web"), at(0));
  await appended(ledger, web, asked(60));
  const { story } = await appended(ledger, await seen(ledger, web.head.id), faulted("a"), closed);
  const api = await opened(ledger, openingOf("api"), at(5));
  const archive = folderArchive(places(data).archive);
  await archive.put(canonical("a body"), "body");
  await seal(story, archive);
  ledger.close();
  /** As somebody would who has the file, and knows that the database guards its records by triggers. */
  const tamper = (...statements: readonly string[]) => {
    const database = new DatabaseSync(path);
    for (const event of ["update", "delete", "replace"]) database.exec(`DROP TRIGGER records_no_${event}`);
    for (const statement of statements) database.exec(statement);
    database.close();
  };
  return { data, path, web: web.head.id, api: api.head.id, tamper };
}

describe("audit verify", () => {
  it("finds every chain whole", async () => {
    const { data, web, api } = await aHistory();
    const { code, out, err } = await cli("audit", "verify", "--data", data);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^✓ ${web} +4 records$`, "m"));
    expect(out).toMatch(new RegExp(`^✓ ${api} +1 record$`, "m"));
    expect(out).toContain("✓ 2 incidents, 5 records: every chain is whole");
    expect((await cli("audit", "verify", "prod-svids-web", "--data", data)).out).toContain("✓ 1 incident, 4 records");
  });

  it("calls a ledger that has nothing neither whole nor broken", async () => {
    const data = aFolder();
    openSqliteLedger({ path: places(data).ledger, random: nonce }).close();
    expect(await cli("audit", "verify", "--data", data)).toMatchObject({
      code: 3,
      out: "? nothing was checked: no incident was ever opened here\n",
    });
  });

  const of = (sk: number) => `pk LIKE '%web%' AND sk = '${String(sk).padStart(8, "0")}'`;
  it.each([
    [
      "a changed word",
      [`UPDATE records SET fields = replace(fields, '\\"error\\":\\"a\\"', '\\"error\\":\\"b\\"') WHERE ${of(3)}`],
      3,
      "was changed after it was written",
    ],
    [
      "a changed name in the list",
      [`UPDATE records SET fields = json_set(fields, '$.by', 'nobody') WHERE ${of(2)}`],
      2,
      "is listed with another by than it has",
    ],
    ["one that is no JSON", [`UPDATE records SET fields = 'x' WHERE ${of(2)}`], 2, "cannot be read"],
    ["one whose text is no record", [`UPDATE records SET fields = json_set(fields, '$.body', '{}') WHERE ${of(2)}`], 2, "cannot be read"],
    ["one left out", [`DELETE FROM records WHERE ${of(2)}`], 2, "stands at 2 but calls itself 3"],
    ["the last left out", [`DELETE FROM records WHERE ${of(4)}`], 4, "is missing: HEAD counts 4"],
    ["the first left out", [`DELETE FROM records WHERE ${of(1)}`], 1, "stands at 1 but calls itself 2"],
    ["all left out", ["DELETE FROM records WHERE pk LIKE '%web%'"], 1, "is missing: HEAD counts 4"],
    [
      "one put in behind",
      [`INSERT INTO records SELECT pk, '00000005', fields FROM records WHERE ${of(4)}`],
      5,
      "stands at 5 but calls itself 4",
    ],
    [
      "another incident's",
      [`UPDATE records SET fields = (SELECT fields FROM records WHERE pk LIKE '%api%') WHERE ${of(1)}`],
      1,
      "is another incident's",
    ],
    [
      "two exchanged",
      [
        `UPDATE records SET sk = '9' WHERE ${of(2)}`,
        `UPDATE records SET sk = '00000002' WHERE ${of(3)}`,
        "UPDATE records SET sk = '00000003' WHERE sk = '9'",
      ],
      2,
      "calls itself 3",
    ],
    [
      "the whole incident left out",
      ["DELETE FROM records WHERE pk LIKE '%web%'", "DELETE FROM state WHERE pk LIKE 'INCIDENT#%web%'"],
      1,
      "should be named by HEAD",
    ],
    ["HEAD removed", ["DELETE FROM state WHERE pk LIKE 'INCIDENT#%web%' AND sk = 'HEAD'"], 5, "should be named by HEAD"],
    [
      "HEAD moved back",
      [`UPDATE state SET fields = json_set(fields, '$.seq', 3) WHERE pk LIKE 'INCIDENT#%web%' AND sk = 'HEAD'`],
      4,
      "stands behind the last that HEAD knows of",
    ],
  ] as const)("names the first broken record: %s", async (_, statements, seq, why) => {
    const { data, web, api, tamper } = await aHistory();
    tamper(...statements);
    const { code, out, err } = await cli("audit", "verify", "--data", data);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^✗ ${web} +record ${seq} .*${why}`, "m"));
    expect(out).toMatch(new RegExp(`^✓ ${api} `, "m"));
    expect(out).toContain("1 chain broken");
    expect(err).toMatch(noStack);
    const told = await cli("incident", web, "--data", data);
    expect(told).toMatchObject({ code: 1, out: expect.stringContaining(`✗ the chain is broken: record ${seq} `) });
    expect(told.out.includes("closed: proved")).toBe(seq === 5);
    expect(told.err).toMatch(noStack);
    const listed = await cli("incidents", "--data", data);
    expect(listed).toMatchObject({
      code: 1,
      out: expect.stringContaining("1 damaged and not shown"),
      err: `${web} is damaged, and not listed: npx remediator audit verify ${web} --data ${data}\n`,
    });
  });

  it("as JSON", async () => {
    const { data, web, tamper } = await aHistory();
    tamper(`DELETE FROM records WHERE ${of(2)}`);
    const { code, out } = await cli("audit", "verify", "--data", data, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ incidents: [{ chain: { whole: true } }, { id: web, chain: { whole: false, seq: 2 } }] });
  });

  it("finds any one character that was changed in any record", async () => {
    const { path, web } = await aHistory();
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("SELECT sk, fields FROM records WHERE pk = ? ORDER BY sk").all(web);
    const head = String(database.prepare("SELECT fields FROM state WHERE pk = ? AND sk = 'HEAD'").get(`INCIDENT#${web}`)?.fields);
    database.close();
    const records = rows.map(({ sk, fields }) => ({ sk: String(sk), fields: String(fields) }));
    expect(check(web, { records, head }).chain).toEqual({ whole: true });
    const place = fc
      .nat(records.length - 1)
      .chain((index) => fc.tuple(fc.constant(index), fc.nat((records[index]?.fields.length ?? 1) - 1)));
    fc.assert(
      fc.property(place, fc.string({ minLength: 1, maxLength: 1, unit: "grapheme-ascii" }), ([index, offset], character) => {
        const changed = records.map((row, each) =>
          each === index ? { ...row, fields: row.fields.slice(0, offset) + character + row.fields.slice(offset + 1) } : row,
        );
        fc.pre(changed[index]?.fields !== records[index]?.fields && meaning(changed[index]?.fields) !== meaning(records[index]?.fields));
        const { chain } = check(web, { records: changed, head });
        expect(chain).toMatchObject({ whole: false });
      }),
      { numRuns: 400 },
    );
  });
});

/** Of a record's row all but blanks between tokens, which mean nothing. */
function meaning(fields = ""): string {
  try {
    const { body, type, written, by } = JSON.parse(fields) as Readonly<Record<string, unknown>>;
    return JSON.stringify([JSON.parse(String(body)), type, written, by]);
  } catch {
    return `no JSON: ${fields}`;
  }
}
