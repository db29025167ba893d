import { describe, expect, it } from "vitest";
import { canonical } from "../../../kernel/digest.ts";
import type { Archive } from "../../../kernel/ports.ts";
import type { Entry, LedgerRecord } from "../../../kernel/types/index.ts";
import { lineOf } from "../../../lambdas/audit/line.ts";
import { seal } from "../../../lambdas/audit/seal.ts";
import { anIncident, aStory, sha } from "../../support/incidents.ts";
import { aFile, cli, noStack } from "./support.ts";

const faulted: Entry = { type: "faulted", state: "Diagnose", error: "a" };
const closed: Entry = { type: "closed", result: "proved", says: "" };
const story = aStory([faulted, closed]);
const { id } = anIncident();

/** What is put into the archive there. */
async function archived(work: (archive: Pick<Archive, "put">) => Promise<unknown>): Promise<string> {
  let text = "";
  const put: Archive["put"] = async (bytes) => {
    text = String(bytes);
    return sha("x");
  };
  await work({ put });
  return text;
}
const sealedCopy = () => archived((archive) => seal(story, archive));
const lines = (records: readonly LedgerRecord[]) => records.map((record) => lineOf({ is: "record", record }));
const verify = (text: string, ...more: readonly string[]) => cli("audit", "verify", "--copy", aFile(text), ...more);

describe("audit verify --copy", () => {
  it("checks a sealed copy, without a ledger", async () => {
    const { code, out, err } = await verify(await sealedCopy());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`✓ ${id}`);
    expect(out).toContain("1 incident, 3 records: every chain is whole");
  });

  it("checks lines of the audit log, as lines and as the AWS command line lists them: in any order, twice, and among others", async () => {
    const [first = "", second = "", third = ""] = lines(story);
    const others = ['{"level":"info","type":"sealed","address":"x"}', "no JSON"];
    const all = [third, first, second, first, ...others];
    expect(await verify(all.join("\n"))).toMatchObject({ code: 0, out: expect.stringContaining("3 records") });
    expect(await verify(JSON.stringify(all))).toMatchObject({ code: 0, out: expect.stringContaining("3 records") });
  });

  it("tells incidents apart, and takes the one that is meant", async () => {
    const other = aStory([faulted], anIncident({ id: "prod-svids-api-0-g1" as typeof id }));
    const text = lines([...story, ...other]).join("\n");
    expect((await verify(text)).out).toContain("2 incidents, 5 records");
    expect((await verify(text, "prod-svids-api")).out).toContain("1 incident, 2 records");
    expect(await verify(text, "nobody")).toMatchObject({ code: 2, err: expect.stringContaining("there is no incident nobody") });
  });

  it.each([
    ["changed", (records: readonly LedgerRecord[]) => records.map((one) => (one.seq === 2 ? { ...one, error: "b" } : one)), 2],
    ["left out", (records: readonly LedgerRecord[]) => records.filter(({ seq }) => seq !== 2), 2],
  ])("names the first record that was %s", async (_, tamper, seq) => {
    const bad = tamper(story) as readonly LedgerRecord[];
    const inLines = await verify(lines(bad).join("\n"));
    expect(inLines).toMatchObject({ code: 1, out: expect.stringMatching(new RegExp(`^✗ ${id} +record ${seq} `, "m")) });
    const copy = JSON.parse(await sealedCopy());
    expect((await verify(canonical({ ...copy, story: bad }))).code).toBe(1);
  });

  it("a sealed copy whose end was cut off is not what the seal names", async () => {
    const copy = JSON.parse(await sealedCopy());
    const { code, out } = await verify(canonical({ ...copy, story: story.slice(0, 2) }));
    expect([code, out]).toEqual([1, expect.stringContaining("record 2 is not the one that the seal names")]);
  });

  it.each(["", "{}", "[]", "no JSON", '{"story":[1],"head":"x","incident":"y"}'])(
    "what is neither is a mistake, in one line: %j",
    async (text) => {
      const { code, err } = await verify(text);
      expect([code, err]).toEqual([2, expect.stringContaining("has no records: it must be a sealed copy, or lines of the audit log")]);
      expect(err).toMatch(noStack);
    },
  );

  it.each(["--copy", "--audit-log"])("a file that is not there is a mistake, too: %s", async (option) => {
    const copy = option === "--copy" ? [] : ["--copy", aFile(await sealedCopy())];
    expect(await cli("audit", "verify", ...copy, option, "/nowhere/at-all")).toMatchObject({
      code: 2,
      out: "",
      err: "remediator: /nowhere/at-all cannot be read (ENOENT)\n",
    });
  });
});
