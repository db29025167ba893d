import * as z from "zod/mini";
import { clusterPattern } from "../../adapters/policy/names.ts";
import { parsed } from "../../kernel/json.ts";

/** A way in: only digests of the tokens are kept (lower-case hexadecimal SHA-256), so that reading the list lets nobody in. */
export interface Token {
  /** Stands in records and logs. */
  readonly name: string;
  readonly current: string;
  /** Still accepted while senders change over. */
  readonly previous?: string;
  /** What its holder may speak for: exact names, or beginnings with a `*` at the end. */
  readonly clusters: readonly string[];
}

/** Of whoever sends. */
export const tokenName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const tokens = z.array(
  z.strictObject({
    name: z.string().check(z.regex(tokenName)),
    current: digest,
    previous: z.exactOptional(digest),
    clusters: z.array(z.string().check(z.regex(clusterPattern))).check(z.minLength(1)),
  }),
);

/**
 * The list from its JSON text: `[{"name", "current", "previous"?, "clusters"}]`. Throws where it is anything else, without showing any of it;
 * an empty list is allowed, and lets nobody in.
 */
export function readTokens(text: string): readonly Token[] {
  const read = tokens.safeParse(parsed(text));
  if (!read.success) {
    const where = read.error.issues[0]?.path.join(".") || "the list";
    throw new TypeError(`the list of tokens cannot be used: ${where} must be as in [{name, current, previous?, clusters}]`);
  }
  const digests = read.data.flatMap(({ current, previous }) =>
    previous === undefined || previous === current ? [current] : [current, previous],
  );
  if (new Set(digests).size < digests.length) throw new TypeError("the list of tokens cannot be used: two names have one token");
  return read.data;
}
