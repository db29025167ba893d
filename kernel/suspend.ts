import type { Evidence, Observed, Query, Read, Sha256 } from "./types/index.ts";

export const key = (query: Query<unknown>): string => `${query.source}\n${query.text}`;

/** The prose asked for something that was not read yet. Never leaves this file's callers. */
class Missing extends Error {
  readonly queries: readonly Query<unknown>[];
  constructor(queries: readonly Query<unknown>[]) {
    super("not read yet");
    this.queries = queries;
  }
}
/** The world could not answer, or answered something that nobody can read. */
export class Unavailable extends Error {}

/** What a run over the evidence came to. `missing`: fetch these and run again; the run had no effect. */
export type Run<T> =
  | { readonly did: "finish"; readonly value: T; readonly used: readonly Sha256[] }
  | { readonly did: "miss"; readonly queries: readonly Query<unknown>[] }
  | { readonly did: "fail"; readonly reason: string; readonly used: readonly Sha256[] };

/**
 * Runs pure prose over what has been read. The prose asks through `read`, which gives the value or ends the run:
 * with `miss` where nobody has fetched it yet, with `fail` where it cannot be had. Same evidence, same run.
 */
export function run<T>(prose: (read: Read) => T, evidence: Evidence): Run<T> {
  const used = new Set<Sha256>();
  try {
    return { did: "finish", value: prose(reader(evidence, used)), used: [...used] };
  } catch (thrown) {
    if (thrown instanceof Missing) return { did: "miss", queries: thrown.queries };
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { did: "fail", reason, used: [...used] };
  }
}

function reader(evidence: Evidence, used: Set<Sha256>): Read {
  const observe = <T>(query: Query<T>): Observed<T> => {
    const observed = evidence.get(key(query));
    if (!observed) throw new Missing([query]);
    if (observed.state === "unavailable") return observed;
    used.add(observed.ref);
    try {
      return { ...observed, value: query.parse(observed.value) };
    } catch (error) {
      return { state: "unavailable", at: observed.at, reason: `the answer to ${brief(query)} cannot be read: ${(error as Error).message}` };
    }
  };
  const value = <T>(query: Query<T>): T => {
    const observed = observe(query);
    if (observed.state === "unavailable") throw new Unavailable(observed.reason);
    return observed.value;
  };
  const all = (...queries: Query<unknown>[]) => {
    const missing = queries.filter((query) => !evidence.has(key(query)));
    if (missing.length > 0) throw new Missing(missing);
    return queries.map(value);
  };
  // `all` maps a tuple of queries to the tuple of their values, which TypeScript cannot follow through `map`.
  return Object.assign(value, { all: all as Read["all"], maybe: observe });
}

const brief = (query: Query<unknown>) => `${query.source} ${query.text.slice(0, 120)}`;
