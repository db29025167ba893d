import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundled, bundleAll, environmentIn } from "./support/bundles.ts";
import { load, median, spread } from "./support/numbers.ts";
import { type Start, start } from "./support/start.ts";

const repetitions = 15;

const folder = mkdtempSync(join(tmpdir(), "bench-cold-"));
try {
  const { empty, functions } = bundleAll(folder);
  const env = environmentIn(folder);
  const all = [empty, ...functions];
  const starts = new Map<Bundled, Start[]>(all.map((one) => [one, []]));
  const before = load();
  // The first of each only fills the disk's cache.
  for (let n = 0; n <= repetitions; n++)
    for (const one of n % 2 === 0 ? all : all.toReversed()) {
      const took = start(one, env);
      if (n > 0) starts.get(one)?.push(took);
    }
  const of = (one: Bundled, part: keyof Start) => (starts.get(one) ?? []).map((each) => each[part]);
  const times = (one: Bundled, part: keyof Start) => (median(of(one, part)) / median(of(empty, part))).toFixed(1);
  console.log(
    `import to ready, median (least to most) of ${repetitions} processes each, Node ${process.version}, load ${before} to ${load()}\n`,
  );
  console.log("| function | size / budget, kB | import, ms | ready, ms | times an empty one | the same, with Node's own start |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const one of all) {
    const size = one.budget === undefined ? "" : `${(one.bytes / 1000).toFixed(0)} / ${one.budget / 1000}`;
    const ms = `${spread(of(one, "imported"), 1)} | ${spread(of(one, "ready"), 1)}`;
    console.log(`| ${one.name} | ${size} | ${ms} | ${times(one, "ready")} | ${times(one, "whole")} |`);
  }
  process.exitCode = functions.every(({ bytes, budget = 0 }) => bytes <= budget) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
