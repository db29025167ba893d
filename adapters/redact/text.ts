import { find, suspects } from "./find.ts";
import { marker } from "./marker.ts";
import { rules } from "./rules.ts";
import { scannerNames } from "./scanners.ts";

/** What is left beside a secret may match where it now begins or ends, so it is looked at again, at most so often; then all of it goes. */
const PASSES = 6;
const UNSETTLED = "unsettled";

const names = [...rules.map((rule) => rule.name), ...scannerNames, "key", "kubernetes-secret", "too-deep", UNSETTLED];
const MARKER = new RegExp(`(\\[redacted:(?:${names.join("|")})\\])`);

/**
 * The text without its secrets: tokens, keys, JWTs, Authorization and Cookie headers, passwords in URLs, pairs, flags and variables.
 * Each is replaced by `[redacted:<rule>]`; all else stays, character by character. `redactText(redactText(x)) === redactText(x)`.
 * Takes time in proportion to the length, also for hostile text.
 */
export function redactText(text: string): string {
  if (text.length < 5) return text;
  let parts: readonly string[] = text.split(MARKER);
  for (let pass = 0; pass <= PASSES; pass++) {
    const suspect = suspects(parts.filter(isText));
    const cleaner = parts.flatMap((part, at) => (isText(part, at) && suspect.has(part) ? apart(part) : [part]));
    if (cleaner.length === parts.length) return parts.join("");
    parts = pass < PASSES ? cleaner : ["", marker(UNSETTLED), ""];
  }
  return parts.join("");
}

/** Texts and markers take turns. */
const isText = (_part: string, at: number): boolean => at % 2 === 0;

/** What is around the secrets of a text, and a marker in place of each. */
function apart(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, rule } of find(text)) {
    parts.push(text.slice(from, start), marker(rule));
    from = end;
  }
  return [...parts, text.slice(from)];
}
