/** What a query is refused for: 400 `bad_data`, or 422 `execution` where it could be read and cannot be evaluated. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly type: "bad_data" | "execution";

  constructor(message: string, type: "bad_data" | "execution" = "bad_data") {
    super(message);
    this.type = type;
  }
}

export type Token =
  | { readonly is: "name" | "symbol" | "string" | "duration"; readonly text: string; readonly at: number }
  | { readonly is: "number"; readonly text: string; readonly value: number; readonly at: number }
  | { readonly is: "end"; readonly text: ""; readonly at: number };

const patterns = [
  ["skip", /\s+|#[^\n]*/y],
  ["duration", /(?:\d+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_])/y],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![a-zA-Z_])|(?:[Ii]nf|[Nn]a[Nn])(?![a-zA-Z0-9_:])/y],
  ["name", /[a-zA-Z_:][a-zA-Z0-9_:]*/y],
  ["string", /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y],
  ["symbol", /=~|!~|!=|==|>=|<=|[-+*/%^(){}[\],=<>]/y],
] as const;

export function tokens(query: string): Token[] {
  const all: Token[] = [];
  for (let at = 0; at < query.length; ) {
    const found = patterns.map(([is, pattern]) => ({ is, text: matched(pattern, query, at) })).find(({ text }) => text !== "");
    if (!found) throw new QueryError(`${position(query, at)}: parse error: unexpected character: ${JSON.stringify(query[at])}`);
    const { is, text } = found;
    if (is === "number") all.push({ is, text, value: numberOf(text), at });
    else if (is === "string") all.push({ is, text: unquoted(text), at });
    else if (is !== "skip") all.push({ is, text, at });
    at += text.length;
  }
  return [...all, { is: "end", text: "", at: query.length }];
}

function matched(pattern: RegExp, query: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(query)?.[0] ?? "";
}

const numberOf = (text: string): number => (/^inf$/i.test(text) ? Number.POSITIVE_INFINITY : Number(text));

export function position(query: string, at: number): string {
  const before = query.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Go's escapes: `\n`, `\x41`, `\u0041`, octal; an unknown one is an error. Backquotes take everything as it is. */
function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith("`")
    ? inner
    : inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, code: string) => meant(code));
}

function meant(code: string): string {
  if (code.length > 1) return String.fromCodePoint(/^[xuU]/.test(code) ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8));
  const plain = escapes[code];
  if (plain === undefined) throw new QueryError(`parse error: unknown escape sequence ${JSON.stringify(`\\${code}`)}`);
  return plain;
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `1h30m` in milliseconds; undefined for what is no duration. */
export function duration(text: string): number | undefined {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return undefined;
  const sum = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * (units[unit ?? ""] ?? 0),
    0,
  );
  return sum > 0 ? sum : undefined;
}
