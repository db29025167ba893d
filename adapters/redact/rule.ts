import type { Candidate } from "./candidate.ts";
import { SECRET_WORD } from "./names.ts";

/** A rule of our own, for what secretlint does not see. Each pattern takes linear time. */
export interface Rule {
  readonly name: string;
  /** Without `value`, the last capture that took part is the secret, or the whole match. With it, the first capture is the name of a secret. */
  readonly pattern: RegExp;
  /** Looked for right behind `pattern`. Apart from it, so that what is refused is not skipped: it may hold the next match. */
  readonly value?: RegExp;
  readonly accept?: (candidate: Candidate) => boolean;
}

export const pattern = (...parts: readonly string[]): RegExp => new RegExp(parts.join(""), "dgi");
export const behind = (part: string): RegExp => new RegExp(part, "dyi");

/** A name with a word in it that says the value is secret, from that word on: what stands before it is looked up. */
export const NAME = String.raw`((?:${SECRET_WORD})[\w.-]{0,40})`;
