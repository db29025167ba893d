import { apply, binary, signature, type Vector, withoutName } from "./binary.ts";
import type { Matcher } from "./matchers.ts";
import type { Metrics, Series } from "./series.ts";
import type { Aggregate, Expression, Grouping } from "./syntax.ts";

export type Value = { readonly type: "scalar"; readonly value: number } | { readonly type: "vector"; readonly vector: Vector };

const vectorOf = (vector: Vector): Value => ({ type: "vector", vector });
const elements = (value: Value): Vector => (value.type === "vector" ? value.vector : []);

/** The value of an expression at a time, in milliseconds since 1970. Throws `QueryError` of type `execution`. */
export function evaluate(expression: Expression, metrics: Metrics, time: number): Value {
  switch (expression.node) {
    case "number":
      return { type: "scalar", value: expression.value };
    case "selector":
      return vectorOf(
        select(metrics, expression.matchers)
          .filter((each) => alive(each, time))
          .map((each) => ({ labels: labelsOf(each), value: each.valueAt(time) })),
      );
    case "negate": {
      const value = evaluate(expression.argument, metrics, time);
      if (value.type === "scalar") return { type: "scalar", value: -value.value };
      return vectorOf(value.vector.map((each) => ({ labels: withoutName(each.labels), value: -each.value })));
    }
    case "aggregate":
      return vectorOf(aggregate(expression.name, expression.grouping, elements(evaluate(expression.argument, metrics, time))));
    case "call":
      return call(expression, metrics, time);
    case "binary": {
      const left = evaluate(expression.left, metrics, time);
      const right = evaluate(expression.right, metrics, time);
      if (left.type === "scalar" && right.type === "scalar") {
        return { type: "scalar", value: Number(apply(expression.operator, left.value, right.value)) };
      }
      return vectorOf(binary(expression, left, right));
    }
  }
}

function call({ name, argument }: Extract<Expression, { node: "call" }>, metrics: Metrics, time: number): Value {
  if (name === "vector") {
    const value = evaluate(argument, metrics, time);
    return vectorOf([{ labels: {}, value: value.type === "scalar" ? value.value : Number.NaN }]);
  }
  if (name === "absent") {
    if (elements(evaluate(argument, metrics, time)).length > 0) return vectorOf([]);
    const matchers = argument.node === "selector" ? argument.matchers : [];
    const known = matchers.filter(({ label, operator }) => operator === "=" && label !== "__name__");
    return vectorOf([{ labels: Object.fromEntries(known.map(({ label, value }) => [label, value])), value: 1 }]);
  }
  if (argument.node !== "selector" || argument.rangeMs === undefined) throw new TypeError("the parser lets only range vectors through");
  return vectorOf(increases(select(metrics, argument.matchers), argument.rangeMs, time, name === "rate"));
}

/** What counters gained in the window that ends at `time`. As in Prometheus, what a series had at its first scrape is no increase. */
function increases(all: readonly Series[], rangeMs: number, time: number, perSecond: boolean): Vector {
  return all.flatMap((series) => {
    const from = Math.max(time - rangeMs, series.from);
    const until = Math.min(time, series.until ?? time);
    if (until <= from) return [];
    const gained = series.valueAt(until) - series.valueAt(from);
    return [{ labels: withoutName(labelsOf(series)), value: perSecond ? (gained * 1000) / rangeMs : gained }];
  });
}

const labelsOf = ({ name, labels }: Series) => ({ ...labels, __name__: name });
const alive = ({ from, until }: Series, time: number): boolean => from <= time && (until === undefined || time < until);

function select(metrics: Metrics, matchers: readonly Matcher[]): readonly Series[] {
  const ofName = matchers.filter(({ label }) => label === "__name__");
  const others = matchers.filter(({ label }) => label !== "__name__");
  return metrics
    .named((name) => ofName.every((each) => each.matches(name)))
    .filter(({ labels }) => others.every(({ label, matches }) => matches(labels[label] ?? "")));
}

const combine: Readonly<Record<Aggregate, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, each) => sum + each, 0),
  count: (values) => values.length,
  avg: (values) => values.reduce((sum, each) => sum + each, 0) / values.length,
  max: (values) => values.reduce((most, each) => (each > most || Number.isNaN(most) ? each : most), Number.NaN),
  min: (values) => values.reduce((least, each) => (each < least || Number.isNaN(least) ? each : least), Number.NaN),
};

function aggregate(name: Aggregate, { without, labels }: Grouping, vector: Vector): Vector {
  const kept = (label: string) => (without ? label !== "__name__" && !labels.includes(label) : labels.includes(label));
  const groups = Map.groupBy(
    vector.map(({ labels: all, value }) => ({ labels: Object.fromEntries(Object.entries(all).filter(([label]) => kept(label))), value })),
    (each) => signature(each.labels),
  );
  return [...groups.values()].map((group) => ({ labels: group[0]?.labels ?? {}, value: combine[name](group.map(({ value }) => value)) }));
}
