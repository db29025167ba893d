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
  const head = ["function", "size / budget, kB", "ready, ms", "of the processor, ms", "times an empty one", "with Node's own start"];
  const rows = all.map((one) => [
    one.name,
    one.budget === undefined ? "" : `${(one.bytes / 1000).toFixed(0)} / ${one.budget / 1000}`,
    spread(of(one, "ready"), 1),
    median(of(one, "readyProcessor")).toFixed(1),
    times(one, "ready"),
    times(one, "wholeProcessor"),
  ]);
  for (const cells of [head, head.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
  process.exitCode = functions.every(({ bytes, budget = 0 }) => bytes <= budget) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
