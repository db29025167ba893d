import { milliseconds } from "../../kernel/time.ts";
import { type Instant, type Measure, metrics, namespace } from "../../kernel/types/index.ts";

export interface Source {
  /** Two stacks in one account must not add up. */
  readonly stack: string;
  /** When it was so, which need not be now. */
  readonly at: Instant;
  /** More fields of the line, for whoever looks for it. Not a name of a metric or dimension. */
  readonly more?: Readonly<Record<string, string>>;
}

/** A line of a log out of which CloudWatch makes metrics (its user guide, "Specification: Embedded metric format"). */
export interface MetricLine {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] };
  readonly [field: string]: unknown;
}
interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

/** One line for all that is of the same thing: a line can name each dimension only once. */
export function metricLines(measures: readonly Measure[], { stack, at, more = {} }: Source): readonly MetricLine[] {
  const groups = Map.groupBy(measures, ({ of }) => JSON.stringify(Object.entries(of).sort()));
  return [...groups.values()].map((group) => ({
    _aws: { Timestamp: milliseconds(at), CloudWatchMetrics: directives(group) },
    ...more,
    stack,
    ...group[0]?.of,
    ...Object.fromEntries(group.map(({ metric, value }) => [metric, value])),
  }));
}

/** One for all that have the same series. */
function directives(group: readonly Measure[]): readonly Directive[] {
  const alike = Map.groupBy(group, ({ metric }) => JSON.stringify(metrics[metric].by));
  return [...alike].map(([by, all]) => ({
    Namespace: namespace,
    Dimensions: (JSON.parse(by) as readonly (readonly string[])[]).map((set) => ["stack", ...set]),
    Metrics: all.map(({ metric }) => ({ Name: metric, Unit: metrics[metric].unit })),
  }));
}
