import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { bundleAll, environmentIn } from "../../../bench/support/bundles.ts";
import { start } from "../../../bench/support/start.ts";

const folder = mkdtempSync(join(tmpdir(), "cold-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("starts each function's bundle, alone, as far as its first question to the outside", { timeout: 60_000 }, () => {
  const { empty, functions } = bundleAll(folder);
  const env = environmentIn(folder);
  for (const one of [empty, ...functions]) expect(start(one, env).whole, one.name).toBeGreaterThan(0);
});
