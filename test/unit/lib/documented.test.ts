import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { inNetwork } from "../../../adapters/policy/places.ts";
import { groupsOf } from "../../../lib/cluster-access.ts";
import { insideRoleName } from "../../../lib/entering-function.ts";
import { machineName } from "../../../lib/state-machine.ts";

const elsewhere = readFileSync("docs/how-to/clusters-in-other-accounts.md", "utf8");

describe("docs/how-to/clusters-in-other-accounts.md", () => {
  test("says in which groups each function is, and names no other function", () => {
    const rows = [...elsewhere.matchAll(/^\| `([A-Z]\w+)` +\| (`remediator:.*`) +\|$/gm)].map(([, name, groups = ""]) => [
      name,
      groups.replaceAll("`", "").split(", "),
    ]);
    expect(rows).toEqual(Object.entries(groupsOf));
  });

  test("names roles as they are called", () => {
    const names = [...elsewhere.matchAll(/role\/(remediator-[\w-]+-inside-[\w-]+)/g)].map(([, name]) => name);
    const [plain, inProduction] = ["Diagnose", inNetwork("Diagnose", "production")].map((id) =>
      insideRoleName("remediator", id, "eu-west-1"),
    );
    expect(new Set(names)).toEqual(new Set([plain, inProduction]));
    expect(elsewhere).toContain(`role/${insideRoleName("<stack>", "<function>", "<the stack's region>")}`);
  });
});

test("docs/how-to/networks.md names the workflow as it is called", () => {
  expect(readFileSync("docs/how-to/networks.md", "utf8")).toContain(`\`${machineName("<stack>", "production")}\``);
});

describe("every link from one page to another leads somewhere", () => {
  test.each(globSync("{docs,ops}/**/*.md"))("%s", (page) => {
    const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#:" ]+)(?:#[^)" ]*)?(?: "[^"]*")?\)/g)].map(([, to = ""]) => to);
    expect(links.filter((to) => !existsSync(join(dirname(page), to)))).toEqual([]);
  });
});
