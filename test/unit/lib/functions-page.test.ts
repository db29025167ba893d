import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contracts } from "../../../lib/functions.ts";

const page = readFileSync("docs/reference/functions.md", "utf8");
/** What AWS keeps for functions that have nothing reserved: it takes no reservation that leaves less. */
const unreserved = 100;

test("the page has a row for each function, as its contract says", () => {
  const rows = page
    .split("\n")
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(
    Object.entries(contracts).map(([name, { does, concurrency, timeoutSeconds, memoryMiB }]) => [
      `\`${name}\``,
      does,
      String(concurrency),
      `${timeoutSeconds} s`,
      `${memoryMiB} MiB`,
    ]),
  );
});

test("the page says what the account must allow", () => {
  const reserved = Object.values(contracts).reduce((sum, { concurrency }) => sum + concurrency, 0);
  expect(page).toContain(`**${reserved + unreserved}**: ${reserved} that are reserved here, and ${unreserved} that AWS keeps`);
});

test("every function has a place of its own", () => {
  for (const { concurrency } of Object.values(contracts)) expect(concurrency).toBeGreaterThan(0);
});
