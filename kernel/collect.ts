import { Listed } from "./listed.ts";
import type { World } from "./ports.ts";
import { key } from "./suspend.ts";
import type { Evidence, Observed, Query } from "./types/index.ts";

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

/**
 * Runs `pass` over growing evidence until it wants nothing more: what it lacks is fetched in parallel, bounded, each query once; what a list that was
 * fetched here holds is not fetched again. Past the bounds, what is still wanted stands in the evidence as unavailable, and the last pass speaks over that.
 */
export async function collect<T>(
  pass: (evidence: Evidence) => Pass<T>,
  world: World,
  limit: Bounds = bounds,
  start: Evidence = new Map(),
): Promise<{ value: T; evidence: Evidence }> {
  const evidence = new Map(start);
  const lists = new Listed();
  for (let fetches = 0; ; ) {
    const { value, wants } = pass(evidence);
    const missing = [...new Map(wants.map((query) => [key(query), query] as const))].filter(([k]) => !evidence.has(k));
    if (missing.length === 0) return { value, evidence };
    if (fetches > limit.passes || evidence.size + missing.length > limit.reads) {
      for (const [k] of missing) evidence.set(k, gaveUp);
      return { value: pass(evidence).value, evidence };
    }
    const known = missing.flatMap(([k, query]) => {
      const observed = lists.find(query);
      return observed ? [[k, observed] as const] : [];
    });
    for (const [k, observed] of known) evidence.set(k, observed);
    // With those, it may want more than what is left: to be fetched together.
    if (known.length > 0) continue;
    fetches++;
    const queries = missing.map(([, query]) => query);
    for (const [query, observed] of await fetchAll(queries, world, limit.parallel)) {
      evidence.set(key(query), observed);
      lists.add(query, observed);
    }
  }
}

const gaveUp: Observed<never> = {
  state: "unavailable",
  reason: "the check asked for more than may be read at once",
  at: "1970-01-01T00:00:00.000Z" as Observed<never>["at"],
};

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
