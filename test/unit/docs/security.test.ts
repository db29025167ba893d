import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const folder = "docs";
const page = readFileSync(join(folder, "security.md"), "utf8");
const limits = "## What is not protected against";

interface Held {
  readonly file: string;
  readonly name: string;
}
/** The links of a text to tests, each with the name in quotes that is meant there. */
const heldBy = (text: string): readonly Held[] =>
  [...text.matchAll(/\[test\]\((\S+?) "([^"]+)"\)/g)].map(([, file = "", name = ""]) => ({ file: join(folder, file), name }));
const links = heldBy(page);

/** What claims something: the list items, and the rows of tables below their heads. */
const claims = page
  .slice(0, page.indexOf(limits))
  .split("\n")
  .filter((line, at, all) => /^\s*(?:[-*]|\d+\.) /.test(line) || (line.startsWith("|") && !/^\|[ :|-]+$/.test(`${all[at + 1] ?? ""}`)))
  .filter((line) => !/^\|[ :|-]+$/.test(line));

describe("docs/security.md", () => {
  it("has its limits, and claims enough for a test to mean something", () => {
    expect(page.split(limits)).toHaveLength(2);
    expect(claims.length).toBeGreaterThanOrEqual(25);
    expect(links.length).toBeGreaterThanOrEqual(25);
  });

  it("links to tests in one way only, so that none is overlooked", () =>
    expect([...page.matchAll(/\.\.\/test\//g)]).toHaveLength(links.length));

  it.each(links.map((link) => [`${link.file}: ${link.name}`, link] as const))("names a test that is there: %s", (_, { file, name }) => {
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, "utf8")).toContain(name);
  });

  it.each(claims)("claims nothing that no test holds: %s", (claim) => expect(heldBy(claim).length).toBeGreaterThan(0));
});
