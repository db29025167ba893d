import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { verify } from "../../../kernel/story.ts";
import type { Entry, LedgerRecord } from "../../../kernel/types/index.ts";
import { places } from "../../../local/places.ts";
import { appended, asked, at, closed, nonce, opened, openingOf, sha } from "../../support/ledger-values.ts";
import { aFolder, cli, noStack } from "./support.ts";

const ticketed: Entry = { type: "ticketed", ticket: "", commentAt: at(600) };

/** A data folder with some incidents: `web` is closed, `api` and `worker` are open. */
async function aHistory() {
  const data = aFolder();
  const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
  try {
    const web = await opened(ledger, openingOf("web"), at(0));
    await appended(ledger, web, asked(60), closed);
    const api = await opened(ledger, openingOf("api"), at(5));
    const worker = await opened(ledger, openingOf("worker"), at(3));
    return { data, web: web.head.id, api: api.head.id, worker: worker.head.id };
  } finally {
    ledger.close();
  }
}

describe("incident", () => {
  it("tells the story, and that the chain is whole", async () => {
    const { data, web } = await aHistory();
    const { code, out, err } = await cli("incident", web, "--data", data);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`${web}, opened ${at(0)}`);
    expect(out).toContain("waits for an approval until");
    expect(out).toContain("✓ closed: proved");
    expect(out.trimEnd().split("\n").at(-1)).toMatch(/^✓ 3 records, the chain is whole: [0-9a-f]{64}$/);
  });

  it("prints its records as they are, one a line", async () => {
    const { data, web } = await aHistory();
    const { out } = await cli("incident", web, "--data", data, "--json");
    const records = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as LedgerRecord);
    expect(verify(records)).toEqual({ whole: true });
    expect(records.map(({ type }) => type)).toEqual(["opened", "asked", "closed"]);
  });

  it("takes the beginning of an id where only one begins so", async () => {
    const { data, web, api } = await aHistory();
    expect((await cli("incident", "prod-svids-web", "--data", data)).out).toContain(web);
    const several = await cli("incident", "prod-svids", "--data", data);
    expect(several).toMatchObject({ code: 2, out: "", err: expect.stringContaining(`several incidents begin with prod-svids: ${api}`) });
    expect(await cli("incident", "nothing", "--data", data)).toMatchObject({
      code: 2,
      err: "remediator: there is no incident nothing: `remediator incidents` lists them\n",
    });
  });

  it("shows nothing of a foreign text that could move the cursor", async () => {
    const data = aFolder();
    const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
    const view = await opened(ledger, openingOf("web"));
    await appended(ledger, view, { type: "faulted", state: "Diagnose", error: "\u001b[2J\u001b]0;title\u0007gone\rback" });
    ledger.close();
    const { raw } = await cli("incident", "prod", "--data", data);
    expect(raw).toContain("gone\\u{d}back");
    expect(["\u001b[2J", "\u0007", "title", "\r"].filter((text) => raw.includes(text))).toEqual([]);
  });
});

describe("incidents", () => {
  it("lists the open ones, oldest first, then the closed ones", async () => {
    const { data, web, api, worker } = await aHistory();
    const { code, out } = await cli("incidents", "--data", data);
    expect(code).toBe(0);
    expect(out.split("\n").flatMap((line) => [worker, api, web].filter((id) => line.includes(id)))).toEqual([worker, api, web]);
    expect(out).toMatch(new RegExp(`${web} .*proved`));
    expect(out).toContain("2 open, 1 closed");
  });

  it("as JSON lines", async () => {
    const { data, web } = await aHistory();
    const { out } = await cli("incidents", "--data", data, "--json");
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(rows.map(({ open }) => open)).toEqual([true, true, false]);
    expect(rows[2]).toMatchObject({ id: web, result: "proved", last: "closed", scenario: "workloads-not-receiving-svids" });
  });

  it.each([
    ["opened", []],
    ["people have its ticket", [ticketed]],
    ["logs of the time after added to its ticket", [ticketed, { type: "commented", archive: sha("logs"), ticket: "" }]],
  ] as const)("names an open incident once in its line: %s", async (says, entries) => {
    const data = aFolder();
    const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
    const web = await opened(ledger, openingOf("web"));
    const { id } = web.head;
    const [first, ...others] = entries.map((entry) => ("ticket" in entry ? { ...entry, ticket: id } : entry));
    if (first) await appended(ledger, web, first, ...others);
    ledger.close();
    const [line = ""] = (await cli("incidents", "--data", data)).out.split("\n");
    expect(line.split(id)).toEqual([expect.any(String), expect.stringMatching(new RegExp(`^ +${says} · Deployment shop/web$`))]);
  });

  it("shows the last of many, and all when asked", async () => {
    const data = aFolder();
    const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
    for (let index = 0; index < 25; index++) await appended(ledger, await opened(ledger, openingOf(`web-${index}`)), closed);
    ledger.close();
    const some = await cli("incidents", "--data", data);
    expect(some.out).toContain("0 open, 25 closed (5 older ones are not shown: --all)");
    expect(some.out.match(/proved/g)).toHaveLength(20);
    expect((await cli("incidents", "--data", data, "--all")).out.match(/proved/g)).toHaveLength(25);
  });

  it("says that there was none", async () => {
    const data = aFolder();
    openSqliteLedger({ path: places(data).ledger, random: nonce }).close();
    expect(await cli("incidents", "--data", data)).toMatchObject({ code: 0, out: "no incident was ever opened here\n" });
  });
});

describe("a data folder that is not one", () => {
  const commands: readonly (readonly string[])[] = [
    ["incident", "x"],
    ["incidents"],
    ["rejected"],
    ["approve", "x"],
    ["decline", "x"],
    ["stop", "--why", "x"],
    ["resume"],
    ["audit", "verify"],
  ];
  const refused = async (data: string, says: RegExp) => {
    for (const args of commands) {
      const { code, out, err } = await cli(...args, "--data", data);
      expect({ args, code, out }).toEqual({ args, code: 2, out: "" });
      expect(err).toMatch(says);
      expect(err).toMatch(noStack);
    }
  };
  it("is not there", () => refused("/nowhere/at/all", /there is no ledger in \/nowhere\/at\/all: --data names the folder/));
  it("is empty, and stays so", async () => {
    const data = aFolder();
    await refused(data, /there is no ledger in/);
    expect((await cli("incidents", "--data", data)).code).toBe(2);
  });
  it("is a file", () => {
    const path = join(aFolder(), "file");
    writeFileSync(path, "");
    return refused(path, /there is no ledger in/);
  });
  it("has a folder in the ledger's place", () => {
    const data = aFolder();
    mkdirSync(places(data).ledger);
    return refused(data, /there is no ledger in/);
  });
  it.each([
    ["text", "this is no database, and was never one: ".repeat(30)],
    ["a database's header and nothing sound behind it", `SQLite format 3\u0000${"x".repeat(2000)}`],
    ["nothing", ""],
  ])("has %s in the ledger's place", (_, text) => {
    const data = aFolder();
    writeFileSync(places(data).ledger, text);
    return refused(data, /ledger\.db cannot be used as a ledger: /);
  });
});
