import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costPage } from "./cost/page.ts";
import { play, sweepNothing } from "./cost/play.ts";
import { standing } from "./cost/standing.ts";
import type { Trace, Traces } from "./cost/trace.ts";
import { bundleAll, environmentIn } from "./support/bundles.ts";
import { load, median } from "./support/numbers.ts";
import { start } from "./support/start.ts";

/** Plays the incidents of the page, and writes what they took into `cost/traces.json`, and what that costs into `docs/reference/cost.md`. */
const incidents = ["older-than-webhook", "template-unlabelled", "fargate", "fleet-wide"] as const;
const repetitions = 3;

const took = ({ functions }: Trace) => Object.values(functions).reduce((sum, { ms }) => sum + ms, 0);
/** The one in the middle, by the time that its functions took. */
const middle = (traces: readonly Trace[]): Trace => {
  const [one] = traces.toSorted((a, b) => took(a) - took(b)).slice(Math.floor(traces.length / 2));
  if (!one) throw new Error("nothing was played");
  return one;
};
const rounded = (value: unknown): unknown => (typeof value === "number" ? Number(value.toFixed(1)) : value);

async function measured(): Promise<Traces> {
  const before = load();
  const traces: Trace[] = [];
  for (const incident of incidents) {
    const played: Trace[] = [];
    for (let n = 0; n < repetitions; n++) played.push(await play(incident));
    const one = middle(played);
    console.log(`${incident}: ${one.result}; ${one.transitions} transitions, ${took(one).toFixed(0)} ms in functions`);
    traces.push(one);
  }
  const sweeps = [await sweepNothing(), await sweepNothing(), await sweepNothing()];
  const { functions, total } = sweeps[1] as (typeof sweeps)[number];
  const spent = functions.Sweep;
  if (!spent) throw new Error("the sweeper did not look");
  return {
    on: new Date().toISOString().slice(0, "2026-11-20".length),
    node: process.version,
    load: `${before} to ${load()}`,
    incidents: traces,
    sweep: { ...spent, readUnits: total.readUnits, logBytes: total.logBytes, logLines: total.logLines },
    cold: coldStarts(),
  };
}

function coldStarts(): Readonly<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cost-"));
  try {
    const env = environmentIn(folder);
    const { functions } = bundleAll(folder);
    return Object.fromEntries(functions.map((one) => [one.name, median([1, 2, 3].map(() => start(one, env).whole))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const traces = JSON.parse(JSON.stringify(await measured(), (_key, value) => rounded(value))) as Traces;
writeFileSync(join(import.meta.dirname, "cost/traces.json"), `${JSON.stringify(traces, null, 2)}\n`);
writeFileSync(join(import.meta.dirname, "../docs/reference/cost.md"), costPage(traces, standing()));
