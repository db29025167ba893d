import { rules } from "@secretlint/secretlint-rule-preset-recommend";

/** A part of a text, from `start` up to and without `end`, and the rule that wants it gone. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

interface Report {
  readonly range: readonly [number, number];
  readonly message: Readonly<Record<string, unknown>>;
}

/** The part of a secretlint rule that is used here (its own types come with another package). */
interface Scanner {
  readonly meta: { readonly id: string };
  create(
    context: {
      createTranslator(): (id: string, data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
      report(report: Report): void;
      ignore(): void;
    },
    options: Readonly<Record<string, unknown>>,
  ): { file?(source: { content: string; ext: string; filePath: undefined }): unknown };
}

/** Long enough for the longest secret that a rule looks for: a private key of 10,000 characters. */
const OVERLAP = 16_384;
/** How far a finding is stretched to either side; bounded, so that a long run of tokens stays linear. */
const STRETCH = 256;
/** Bounds what one backtracking rule can cost, whatever the length of the text. */
const WINDOW = 4 * OVERLAP;

/** `filter-comments` would let a log line with `secretlint-disable` switch the others off; `gcp` reads whole files from disk. */
const UNFIT = new Set(["filter-comments", "gcp"]);

const nameOf = (scanner: Scanner): string => scanner.meta.id.replace(/^.*secretlint-rule-/, "");

const scanners = (rules as readonly Scanner[]).filter((scanner) => !UNFIT.has(nameOf(scanner)));

export const scannerNames: readonly string[] = scanners.map(nameOf);

let reports: Report[] = [];

const running = scanners.map((scanner) => ({
  rule: nameOf(scanner),
  file: scanner.create({ createTranslator: () => (_id, data) => data, report: (report) => void reports.push(report), ignore: () => {} }, {})
    .file,
}));

/** What secretlint's rules find in `text`, window by window; each range is stretched to the whole word, for a rule may see only a part. */
export function scan(text: string): readonly Range[] {
  const found: Range[] = [];
  const readable = unescaped(text);
  for (let from = 0; from === 0 || from + OVERLAP < text.length; from += WINDOW - OVERLAP) {
    const content = readable.slice(from, from + WINDOW);
    for (const { rule, file } of running) {
      reports = [];
      file?.({ content, ext: ".txt", filePath: undefined });
      for (const report of reports) found.push(stretched(readable, from, rangeOf(report, content), rule));
    }
  }
  return found;
}

/** An escape sequence ends in a letter or a digit, and would hide the beginning of a token from the rules. Keeps the length. */
const unescaped = (text: string): string =>
  text.replace(/\\[abfnrtv]|\\u[\da-f]{4}|%[\da-f]{2}/gi, (sequence) => " ".repeat(sequence.length));

/**
 * Some rules report a range that begins before the secret and ends within it; the reported value says where it really is.
 * Of a URL only what stands before the host is secret.
 */
function rangeOf({ range, message }: Report, content: string): readonly [number, number] {
  for (const value of Object.values(message)) {
    const at = typeof value === "string" && value !== "" ? content.indexOf(value, range[0]) : -1;
    if (at < 0 || at > range[1]) continue;
    const url = /^([\w+.:-]*:\/\/)(.+)@/s.exec(String(value));
    const start = at + (url?.[1]?.length ?? 0);
    return [start, start + (url?.[2]?.length ?? String(value).length)];
  }
  return range;
}

const WORD = /[\w-]/;

function stretched(text: string, from: number, [start, end]: readonly [number, number], rule: string): Range {
  let left = from + start;
  let right = from + end;
  const [first, last] = [left - STRETCH, right + STRETCH];
  while (left > first && WORD.test(text.charAt(left - 1))) left--;
  while (right < last && WORD.test(text.charAt(right))) right++;
  return { start: left, end: right, rule };
}
