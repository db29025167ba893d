import { digest } from "./digest.ts";
import { Listed } from "./listed.ts";
import type { World } from "./ports.ts";
import { key, run } from "./suspend.ts";
import { earliest } from "./time.ts";
import type { Evidence, Instant, Observed, Query, Read } from "./types/index.ts";

export interface Bounds {
  /** Reads under way at once. */
  readonly parallel: number;
  /** Rounds of asking before what still asks is given up: prose that always wants more must end. */
  readonly passes: number;
  /** Reads in all. */
  readonly reads: number;
}
export const bounds: Bounds = { parallel: 8, passes: 12, reads: 400 };

/** A pass over the evidence: a result, and the queries that it lacks (none: it is final). */
export interface Pass<T> {
  readonly value: T;
  readonly wants: readonly Query<unknown>[];
}

/** Works out the answer to a query of source `derived`, by its text, of what was read. */
export type Derive = (text: string, read: Read) => unknown;

/**
 * Runs `pass` over growing evidence until it wants nothing more: what it lacks is fetched in parallel, bounded, each query once. What a list that was
 * fetched here holds is not fetched again, and what is derived is worked out here. Past the bounds, what is still wanted stands in the evidence as
 * unavailable, and the last pass speaks over that.
 */
export async function collect<T>(
  pass: (evidence: Evidence) => Pass<T>,
  world: World,
  limit: Bounds = bounds,
  derive: Derive = underivable,
): Promise<{ value: T; evidence: Evidence }> {
  const evidence = new Map<string, Observed<unknown>>();
  const lists = new Listed();
  for (let fetches = 0; ; ) {
    const { value, wants } = pass(evidence);
    const known = new Map<string, Observed<unknown>>();
    const missing = new Map<string, Query<unknown>>();
    const sort = (query: Query<unknown>): void => {
      const k = key(query);
      if (evidence.has(k) || known.has(k) || missing.has(k)) return;
      const answer = query.source === "derived" ? workedOut(query.text, derive, evidence) : lists.find(query);
      if (answer === undefined) missing.set(k, query);
      else if ("lacks" in answer) answer.lacks.map(sort);
      else known.set(k, answer);
    };
    wants.map(sort);
    if (known.size + missing.size === 0) return { value, evidence };
    if (fetches > limit.passes || evidence.size + known.size + missing.size > limit.reads) {
      for (const k of [...known.keys(), ...missing.keys()]) evidence.set(k, gaveUp);
      return { value: pass(evidence).value, evidence };
    }
    for (const [k, observed] of known) evidence.set(k, observed);
    // With those, it may want more than what is left: to be fetched together.
    if (known.size > 0) continue;
    fetches++;
    for (const [query, observed] of await fetchAll([...missing.values()], world, limit.parallel)) {
      evidence.set(key(query), observed);
      lists.add(query, observed);
    }
  }
}

const gaveUp: Observed<never> = {
  state: "unavailable",
  reason: "the check asked for more than may be read at once",
  at: "1970-01-01T00:00:00.000Z" as Instant,
};

const underivable: Derive = (text) => {
  throw new Error(`nobody here knows how to work out the ${text}`);
};

/** As old as the oldest answer that there is; or what it lacks. */
function workedOut(text: string, derive: Derive, evidence: Evidence): Observed<unknown> | { readonly lacks: readonly Query<unknown>[] } {
  const ran = run((read) => derive(text, read), evidence);
  if (ran.did === "miss") return { lacks: ran.queries };
  const [first = gaveUp.at, ...others] = [...evidence.values()].map(({ at }) => at);
  const at = earliest(first, ...others);
  return ran.did === "finish"
    ? { state: "observed", value: ran.value, at, ref: digest(ran.value) }
    : { state: "unavailable", reason: ran.reason, at };
}

async function fetchAll(
  queries: readonly Query<unknown>[],
  world: World,
  parallel: number,
): Promise<readonly (readonly [Query<unknown>, Observed<unknown>])[]> {
  const answers: [Query<unknown>, Observed<unknown>][] = [];
  const rest = [...queries];
  const worker = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) answers.push([next, await world.fetch(next)]);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, queries.length) }, worker));
  return answers;
}
