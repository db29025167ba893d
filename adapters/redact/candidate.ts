import { holdsSecret, secrecyOf } from "./names.ts";

/** A place that may be a secret: `[start, end)` of `input`, and the name before it, where the rule asks for one. */
export interface Candidate {
  readonly input: string;
  /** Where the whole match begins. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly secret: string;
}

/** Whether the name that was found is that of a secret. Helm writes `checksum/secret: <sha256>` on pods: a digest. */
export const namesSecret = (name: string, input: string, from: number): boolean =>
  secrecyOf(name) !== undefined && !/checksum\/[\w.-]*$/i.test(input.slice(Math.max(0, from - 64), from));

export const isNamed = (it: Candidate): boolean => holdsSecret(it.name, it.secret);

export const isQuoted = (it: Candidate): boolean => /["']/.test(it.input.charAt(it.start - 1));

/** `failed to fetch secret: not found`: a word, a colon, a space, within a sentence. A line of its own is a pair. */
export function isProse(it: Candidate): boolean {
  if (secrecyOf(it.name) === "chosen" || !/:[ \t]+$/.test(it.input.slice(it.from, it.start)) || /[\w.-]/.test(it.input.charAt(it.from - 1)))
    return false;
  const before = it.input.slice(Math.max(0, it.from - 80), it.from);
  const after = it.input.slice(it.end, it.end + 80);
  return /[^\s-][^\n]*$/.test(before) || /^[^\n]*\S/.test(after);
}
