import { type Candidate, namesSecret } from "./candidate.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import { type Range, scan } from "./scanners.ts";

/** No pattern goes from one text to the next across this. */
const WALL = "\n\u0000\n";

/** Where the secrets of a text are: in order, without overlap. */
export const find = (text: string): readonly Range[] => merged([...ownFindings(text), ...scan(text)], text);

/** Those of the texts in which there may be a secret. One look at all of them, for a look at each would cost many times as much. */
export function suspects(texts: Iterable<string>): ReadonlySet<string> {
  const all = [...new Set(texts)];
  const own = touched(all, ownFindings);
  const rest = all.filter((text) => !own.has(text));
  return new Set([...own, ...touched(rest, scan)]);
}

const ownFindings = (text: string): readonly Range[] => rules.flatMap((rule) => search(rule, text));

function touched(texts: readonly string[], by: (text: string) => readonly Range[]): ReadonlySet<string> {
  const all = texts.join(WALL);
  const found = merged(by(all), all);
  const touching = new Set<string>();
  let from = 0;
  let next = 0;
  for (const text of texts) {
    while (next < found.length && (found[next]?.end ?? 0) <= from) next++;
    if ((found[next]?.start ?? Number.POSITIVE_INFINITY) < from + text.length) touching.add(text);
    from += text.length + WALL.length;
  }
  return touching;
}

const LONGEST_NAME = 256;
const LONGEST_PREFIX = 64;

function search(rule: Rule, text: string): readonly Range[] {
  const found: Range[] = [];
  const { pattern } = rule;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const candidate = candidateOf(rule, match);
    if (candidate === undefined || !(rule.accept?.(candidate) ?? true)) continue;
    found.push({ start: candidate.start, end: candidate.end, rule: rule.name });
    // A value may be the name of the next one: `password= "api_key": "..."`.
    pattern.lastIndex = Math.max(pattern.lastIndex, candidate.end - LONGEST_NAME);
  }
  return found;
}

function candidateOf({ value }: Rule, lead: RegExpExecArray): Candidate | undefined {
  const { input, index: from } = lead;
  const name = value === undefined ? "" : wholeName(lead);
  if (value !== undefined && !namesSecret(name, input, from)) return undefined;
  if (value !== undefined) value.lastIndex = from + lead[0].length;
  const match = value === undefined ? lead : value.exec(input);
  const [start, end] = match?.indices?.[match.findLastIndex((capture) => capture !== undefined)] ?? [0, 0];
  return end === start ? undefined : { input, from, start, end, name, secret: input.slice(start, end) };
}

/** With what stands before the word that was found: `DB_` of `DB_PASS`. */
function wholeName({ input, indices, 1: found = "" }: RegExpExecArray): string {
  const [word] = indices?.[1] ?? [0];
  let start = word;
  while (start > 0 && word - start < LONGEST_PREFIX && /[\w.-]/.test(input.charAt(start - 1))) start--;
  return input.slice(start, word) + found;
}

/** In order, without overlap, and never through the middle of a character. */
function merged(ranges: readonly Range[], text: string): readonly Range[] {
  const apart: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const start = range.start - (splits(text, range.start) ? 1 : 0);
    const end = range.end + (splits(text, range.end) ? 1 : 0);
    const last = apart.at(-1);
    if (last === undefined || start >= last.end) apart.push({ rule: range.rule, start, end });
    else if (end > last.end) apart[apart.length - 1] = { ...last, end };
  }
  return apart;
}

const splits = (text: string, at: number): boolean => /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 1), at + 1));
