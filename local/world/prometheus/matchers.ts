import { QueryError } from "./lexer.ts";

export type MatchOperator = "=" | "!=" | "=~" | "!~";
/** One matcher of a selector, Prometheus' or Alertmanager's. A label that is not there has the value "". */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  matches(value: string): boolean;
}

export function matcher(label: string, operator: MatchOperator, value: string): Matcher {
  return { label, operator, value, matches: test(operator, value) };
}

/** Regular expressions match the whole value. RE2 and JavaScript agree on what queries use. */
function test(operator: MatchOperator, value: string): (value: string) => boolean {
  if (operator === "=") return (found) => found === value;
  if (operator === "!=") return (found) => found !== value;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${value})$`, "su");
  } catch {
    throw new QueryError(`parse error: error parsing regexp: ${value}`);
  }
  return (found) => pattern.test(found) === (operator === "=~");
}
