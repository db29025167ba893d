import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundle } from "../../../lib/bundle.ts";

const kB = 1000;
/**
 * Largest size of each function's bundle: import time is the better part of a cold start. Decide brings the checks along, and with them the
 * language of match conditions (340 kB); the last three also the client of Kubernetes and undici (1,200 kB). They may shrink, and not grow.
 */
const budgets: readonly (readonly [folder: string, bytes: number])[] = [
  ["authorize", 150 * kB],
  ["ingest", 700 * kB],
  ["decide", 1100 * kB],
  ["answer", 700 * kB],
  ["sweep", 700 * kB],
  ["escalate", 2950 * kB],
  ["diagnose", 2950 * kB],
  ["remediate", 2950 * kB],
];
/** What the stack calls besides the handler. */
const besides: Readonly<Record<string, readonly string[]>> = { answer: ["ask"], ingest: ["queued"] };
const there = budgets.filter(([folder]) => existsSync(`lambdas/${folder}/index.ts`));

/** Bundled into a folder of its own, with no packages anywhere near, and imported there. */
function bundled(folder: string) {
  const output = mkdtempSync(join(tmpdir(), "bundle-"));
  onTestFinished(() => rmSync(output, { recursive: true }));
  const [file] = Object.values(bundle(folder, output).outputs);
  const script = 'console.log(JSON.stringify(Object.keys(await import("./index.mjs")).sort()))';
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: output, env: {}, encoding: "utf8" });
  return { bytes: file?.bytes, stdout, stderr };
}

describe("a function's bundle", () => {
  test.each(there)(
    "of %s is within its budget, needs nothing but Node, and exports what the stack calls",
    { timeout: 60_000 },
    (folder, budget) => {
      const { bytes, stdout, stderr } = bundled(folder);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual([...(besides[folder] ?? []), "handler"].sort());
      expect(bytes).toBeLessThanOrEqual(budget);
    },
  );

  test("of a function that is not there is an error that names it", () => {
    expect(() => bundle("nowhere", tmpdir())).toThrow("there is no lambdas/nowhere/index.ts to deploy");
  });
});
