import { fits } from "../../../adapters/policy/names.ts";
import { nearest } from "../../../adapters/policy/nearest.ts";
import type { Sha256 } from "../../../kernel/types/index.ts";
import type { Token } from "../../../lambdas/authorize/tokens.ts";
import { UsageError } from "../mistakes.ts";

/** What is made of a list of senders. Throws `UsageError` where it cannot be done. */
export type Change = (tokens: readonly Token[]) => readonly Token[];

export const added =
  (token: Token): Change =>
  (tokens) => {
    if (tokens.some(({ name }) => name === token.name))
      throw new UsageError(`there is a sender ${token.name} already: \`token rotate\` gives it another token`);
    return [...tokens, token];
  };

/** The token before is taken for as long as senders change over; one that was before that is taken no more. */
export const rotated =
  (name: string, current: Sha256): Change =>
  (tokens) => {
    const old = find(tokens, name);
    return tokens.map((token) => (token === old ? { name, current, previous: old.current, clusters: old.clusters } : token));
  };

export const revoked =
  (name: string): Change =>
  (tokens) => {
    const old = find(tokens, name);
    return tokens.filter((token) => token !== old);
  };

export const changedOver =
  (name: string): Change =>
  (tokens) => {
    const { previous, ...kept } = find(tokens, name);
    if (previous === undefined) throw new UsageError(`${name} has one token only: nothing to revoke but the sender itself`);
    return tokens.map((token) => (token.name === name ? kept : token));
  };

function find(tokens: readonly Token[], name: string): Token {
  const token = tokens.find((one) => one.name === name);
  if (token) return token;
  const names = tokens.map((one) => one.name);
  const near = nearest(name, names);
  throw new UsageError(
    `there is no sender ${name}: ${near ? `did you mean ${near}?` : names.length > 0 ? `there are ${names.join(", ")}` : "nobody may send yet"}`,
  );
}

/** A slip in a cluster's name would let nobody in, and look as if it did. Throws `UsageError` for a pattern that no cluster of the policy fits. */
export function mustFit(patterns: readonly string[], clusters: readonly string[]): void {
  const wrong = idle(patterns, clusters)[0];
  if (wrong === undefined) return;
  const near = nearest(wrong, clusters);
  throw new UsageError(
    `the deployed policy has no cluster ${wrong}: ${near ? `did you mean ${near}?` : `it has ${clusters.join(", ") || "none"}`}`,
  );
}

/** Those that no cluster fits. */
export const idle = (patterns: readonly string[], clusters: readonly string[]): readonly string[] =>
  patterns.filter((pattern) => !clusters.some((cluster) => fits(pattern, cluster)));
