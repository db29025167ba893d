import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { budgets } from "../../../lib/budgets.ts";
import { bundle } from "../../../lib/bundle.ts";

/** A row for each folder of `lambdas/` that is deployed: a new one has to say what it may weigh. */
const deployed = globSync("lambdas/*/index.ts").map((path) => path.split(sep)[1] ?? "");
/** What the stack calls besides the handler. */
const besides: Readonly<Record<string, readonly string[]>> = { answer: ["ask"], ingest: ["queued"] };

/** Bundled into a folder of its own, with no packages anywhere near, and imported there. */
function bundled(folder: string) {
  const output = mkdtempSync(join(tmpdir(), "bundle-"));
  onTestFinished(() => rmSync(output, { recursive: true }));
  const [file] = Object.values(bundle(folder, output).outputs);
  const parts = Object.entries(file?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  const script = 'console.log(JSON.stringify(Object.keys(await import("./index.mjs")).sort()))';
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: output, env: {}, encoding: "utf8" });
  return { bytes: file?.bytes, parts, stdout, stderr };
}

describe("a function's bundle", () => {
  test.each(Object.entries(budgets))(
    "of %s is within its budget, needs nothing but Node, and exports what the stack calls",
    { timeout: 60_000 },
    (folder, budget) => {
      const { bytes, parts, stdout, stderr } = bundled(folder);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual([...(besides[folder] ?? []), "handler"].sort());
      expect(bytes).toBeLessThanOrEqual(budget);
      // The client is for kubeconfig files, which no function has.
      expect(parts.filter((path) => /client-node|undici/.test(path))).toEqual([]);
      // Who decides, or tells people, has nothing to look with.
      const looks = parts.filter((path) => /runbook\/checks|@bufbuild|prometheus-query/.test(path));
      if (!["diagnose", "patrol", "remediate"].includes(folder)) expect(looks).toEqual([]);
    },
  );

  test("has a budget, for each function there is", () => {
    expect(Object.keys(budgets).sort()).toEqual(deployed.sort());
  });

  test("of a function that is not there is an error that names it", () => {
    expect(() => bundle("nowhere", tmpdir())).toThrow("there is no lambdas/nowhere/index.ts to deploy");
  });
});
