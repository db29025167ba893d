import type { Instant, Sha256 } from "./basics.ts";

/** `derived` is asked of nobody: it is worked out of the other answers where these are read, and is evidence from then on. */
export type Source = "kubernetes" | "prometheus" | "alertmanager" | "logs" | "host" | "derived";

/**
 * A question to the world as a value. `text` is what the adapter sends: an API path, a PromQL expression, a log request.
 * `parse` is the only way from the raw answer to T; when it throws, the answer counts as unavailable.
 */
export interface Query<T> {
  readonly source: Source;
  readonly text: string;
  readonly parse: (raw: unknown) => T;
  /** Of a list: what other queries of the source would have been answered in the same moment, by their `text`. */
  readonly holds?: (raw: unknown) => ReadonlyMap<string, unknown>;
}
export type Observed<T> =
  | { readonly state: "observed"; readonly value: T; readonly at: Instant; readonly ref: Sha256 }
  | { readonly state: "unavailable"; readonly reason: string; readonly at: Instant };

/** Raw answers by `key(query)`. */
export type Evidence = ReadonlyMap<string, Observed<unknown>>;
/** Evidence as it is archived: the same, in order of its keys, so that equal evidence has one address. */
export type EvidenceBundle = readonly (readonly [key: string, observed: Observed<unknown>])[];

/** Gives the value or ends the check as `unknown`; the runner notes every read, so no finding lacks its evidence. */
export interface Read {
  <T>(query: Query<T>): T;
  /** Several at once: what is missing of them is fetched together. */
  all<const Q extends readonly Query<unknown>[]>(...queries: Q): { [I in keyof Q]: Q[I] extends Query<infer T> ? T : never };
  /** For reads whose absence is itself an answer: the caller must look at the state. */
  maybe<T>(query: Query<T>): Observed<T>;
}
