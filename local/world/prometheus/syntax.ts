import type { Matcher } from "./matchers.ts";

export const comparisons = ["==", "!=", ">=", "<=", ">", "<"] as const;
export const arithmetic = ["+", "-", "*", "/", "%", "^"] as const;
export const setOperators = ["and", "or", "unless"] as const;
export const aggregates = ["sum", "count", "max", "min", "avg"] as const;
export const functions = ["rate", "increase", "absent", "vector"] as const;

export type Operator = (typeof comparisons | typeof arithmetic | typeof setOperators)[number];
export type Aggregate = (typeof aggregates)[number];
export type FunctionName = (typeof functions)[number];
export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}
export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
}
export type Expression =
  | { readonly node: "number"; readonly value: number }
  | { readonly node: "selector"; readonly matchers: readonly Matcher[]; readonly rangeMs?: number }
  | { readonly node: "call"; readonly name: FunctionName; readonly argument: Expression }
  | { readonly node: "aggregate"; readonly name: Aggregate; readonly grouping: Grouping; readonly argument: Expression }
  | { readonly node: "negate"; readonly argument: Expression }
  | BinaryExpression;
export interface BinaryExpression {
  readonly node: "binary";
  readonly operator: Operator;
  readonly left: Expression;
  readonly right: Expression;
  readonly matching: Matching | undefined;
  readonly bool: boolean;
}

/** Known from the text alone, as in PromQL. */
export function isScalar(expression: Expression): boolean {
  if (expression.node === "number") return true;
  if (expression.node === "negate") return isScalar(expression.argument);
  return expression.node === "binary" && isScalar(expression.left) && isScalar(expression.right);
}
