import type { Labels } from "../kubernetes/objects.ts";
import { QueryError } from "./lexer.ts";
import { arithmetic, type BinaryExpression, comparisons, type Matching, type Operator } from "./syntax.ts";

export interface Element {
  readonly labels: Readonly<Labels>;
  readonly value: number;
}
export type Vector = readonly Element[];
type Operand = { readonly type: "scalar"; readonly value: number } | { readonly type: "vector"; readonly vector: Vector };

/** The labels as text, for grouping. */
export const signature = (labels: Readonly<Labels>): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
export const withoutName = ({ __name__: _name, ...labels }: Readonly<Labels>): Labels => labels;

const includes = (list: readonly Operator[], operator: Operator) => list.includes(operator);

/** A number, or for a comparison whether it holds. */
export function apply(operator: Operator, a: number, b: number): number | boolean {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return a ** b;
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case ">":
      return a > b;
    case "<":
      return a < b;
    case ">=":
      return a >= b;
    case "<=":
      return a <= b;
    default:
      throw new QueryError(`"${operator}" is for vectors`, "execution");
  }
}

/** At least one side is a vector. */
export function binary({ operator, matching, bool }: BinaryExpression, left: Operand, right: Operand): Vector {
  if (left.type === "scalar")
    return (right.type === "vector" ? right.vector : []).flatMap((each) => scaled(operator, bool, left.value, each.value, each));
  if (right.type === "scalar") return left.vector.flatMap((each) => scaled(operator, bool, each.value, right.value, each));
  const key = keyOf(matching);
  if (operator === "or" || operator === "and" || operator === "unless") return combined(operator, left.vector, right.vector, key);
  return paired({ operator, matching, bool }, left.vector, right.vector, key);
}

function scaled(operator: Operator, bool: boolean, a: number, b: number, element: Element): Vector {
  const result = apply(operator, a, b);
  if (typeof result === "number") return [{ labels: withoutName(element.labels), value: result }];
  if (bool) return [{ labels: withoutName(element.labels), value: Number(result) }];
  return result ? [element] : [];
}

function combined(operator: "or" | "and" | "unless", left: Vector, right: Vector, key: (labels: Readonly<Labels>) => string): Vector {
  const keys = (vector: Vector) => new Set(vector.map(({ labels }) => key(labels)));
  if (operator === "or") {
    const there = keys(left);
    return [...left, ...right.filter(({ labels }) => !there.has(key(labels)))];
  }
  const there = keys(right);
  return left.filter(({ labels }) => there.has(key(labels)) === (operator === "and"));
}

/** One to one only: more than one on a side is an error, as in Prometheus without `group_left`. */
function paired(
  { operator, matching, bool }: Pick<BinaryExpression, "operator" | "matching" | "bool">,
  left: Vector,
  right: Vector,
  key: (labels: Readonly<Labels>) => string,
): Vector {
  const rights = unique(right, key, "right");
  return [...unique(left, key, "left")].flatMap(([group, one]) => {
    const other = rights.get(group);
    if (!other) return [];
    const result = apply(operator, one.value, other.value);
    const kept = includes(arithmetic, operator) || bool ? withoutName(one.labels) : one.labels;
    const labels = reduced(kept, matching);
    if (typeof result === "number") return [{ labels, value: result }];
    if (includes(comparisons, operator) && bool) return [{ labels, value: Number(result) }];
    return result ? [{ labels, value: one.value }] : [];
  });
}

function unique(vector: Vector, key: (labels: Readonly<Labels>) => string, side: string): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const each of vector) {
    const group = key(each.labels);
    if (found.has(group)) {
      const says = `found duplicate series for the match group ${group} on the ${side} hand-side of the operation;many-to-many matching not allowed: matching labels must be unique on one side`;
      throw new QueryError(says, "execution");
    }
    found.set(group, each);
  }
  return found;
}

const keyOf = (matching: Matching | undefined) => (labels: Readonly<Labels>) => signature(reduced(withoutName(labels), matching));

function reduced(labels: Readonly<Labels>, matching: Matching | undefined): Labels {
  if (!matching) return labels;
  return Object.fromEntries(Object.entries(labels).filter(([label]) => matching.labels.includes(label) === matching.on));
}
