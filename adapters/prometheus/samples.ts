import type { InstantVector, QueryResult, RangeVector } from "prometheus-query";
import { Inconclusive } from "./inconclusive.ts";

/** One sample of an instant vector; `at` in seconds since 1970. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at: number;
}
/** One series of a window; times in seconds since 1970. */
export interface Plot {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** A vector's samples. One that is no finite number makes the whole answer inconclusive: no comparison with it would mean anything. */
export function samples({ resultType, result }: QueryResult): Sample[] {
  if (resultType === "scalar") return [sample({}, Number(result[0]), number(result[1]))];
  if (resultType !== "vector") throw new Inconclusive(`Prometheus answered with a ${resultType} where samples were asked for`);
  return result.map(({ metric, value }: InstantVector) => sample(labelsOf(metric.labels), seconds(value.time), value.value));
}

/** A window's series. A point that is no finite number is left out: in a plot that is a gap. */
export function plot({ resultType, result }: QueryResult): Plot[] {
  if (resultType !== "matrix") throw new Inconclusive(`Prometheus answered with a ${resultType} where a window was asked for`);
  return result.map(({ metric, values }: RangeVector) => ({
    labels: labelsOf(metric.labels),
    points: values.flatMap(({ time, value }) => (Number.isFinite(value) ? [[seconds(time), value] as const] : [])),
  }));
}

function sample(labels: Readonly<Record<string, string>>, at: number, value: number): Sample {
  if (!Number.isFinite(value)) throw new Inconclusive("Prometheus answered with a value that is no number (NaN or infinite)");
  return { labels, value, at };
}
const seconds = (time: Date): number => time.getTime() / 1000;
const number = (text: unknown): number => Number.parseFloat(String(text));
const labelsOf = (labels: object): Record<string, string> => Object.fromEntries(Object.entries(labels).map(([k, v]) => [k, String(v)]));
