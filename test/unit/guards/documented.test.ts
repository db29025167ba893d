import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { guards } from "../../../runbook/guards/index.ts";
import { remedies } from "../../../runbook/remedies/index.ts";

test("docs/architecture.md names each guard and what it asks, in the roster's order, and no other", () => {
  const [, section = ""] = readFileSync("docs/architecture.md", "utf8").split("## Guards");
  const rows = [...section.matchAll(/^\| `([^`]+)` *\| (.*?) *\|$/gm)].map(([, id, asks]) => [id, asks]);
  expect(rows).toEqual(guards(remedies).map(({ id, asks }) => [id, asks]));
});
