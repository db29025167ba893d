import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costPage } from "./cost/page.ts";
import { play } from "./cost/play.ts";
import { patrolOnce, sweepOnce } from "./cost/rounds.ts";
import { standing } from "./cost/standing.ts";
import type { Round, Trace, Traces } from "./cost/trace.ts";
import { bundleAll, environmentIn } from "./support/bundles.ts";
import { load } from "./support/numbers.ts";
import { start } from "./support/start.ts";

/** Plays the incidents of the page, and writes what they took into `cost/traces.json`, and what that costs into `docs/reference/cost.md`. */
const incidents = ["older-than-webhook", "template-unlabelled", "fargate", "fleet-wide"] as const;
const repetitions = 5;

const took = ({ functions }: Trace) => Object.values(functions).reduce((sum, { ms }) => sum + ms, 0);
const ofRound = ({ ms }: Round) => ms;
const rounded = (value: unknown): unknown => (typeof value === "number" ? Number(value.toFixed(1)) : value);

async function measured(): Promise<Traces> {
  const before = load();
  const traces: Trace[] = [];
  for (const incident of incidents) {
    const one = await quickest(() => play(incident), took);
    console.log(`${incident}: ${one.result}; ${one.transitions} transitions, ${took(one).toFixed(0)} ms in functions`);
    traces.push(one);
  }
  return {
    on: new Date().toISOString().slice(0, "2026-11-20".length),
    node: process.version,
    load: `${before} to ${load()}`,
    incidents: traces,
    sweep: await quickest(sweepOnce, ofRound),
    patrol: await quickest(patrolOnce, ofRound),
    cold: coldStarts(),
  };
}

/** The quickest of some: what else the machine does only makes the others slower. */
async function quickest<T>(once: () => Promise<T>, ms: (of: T) => number): Promise<T> {
  let best = await once();
  for (let n = 1; n < repetitions; n++) {
    const next = await once();
    if (ms(next) < ms(best)) best = next;
  }
  return best;
}

function coldStarts(): Readonly<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cost-"));
  try {
    const env = environmentIn(folder);
    const { functions } = bundleAll(folder);
    return Object.fromEntries(functions.map((one) => [one.name, Math.min(...[1, 2, 3, 4, 5].map(() => start(one, env).whole))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const traces = JSON.parse(JSON.stringify(await measured(), (_key, value) => rounded(value))) as Traces;
writeFileSync(join(import.meta.dirname, "cost/traces.json"), `${JSON.stringify(traces, null, 2)}\n`);
writeFileSync(join(import.meta.dirname, "../docs/reference/cost.md"), costPage(traces, standing()));
