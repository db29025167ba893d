import * as z from "zod/mini";
import type { Query } from "../../kernel/types/index.ts";
import { reader } from "../kubernetes/parse.ts";

/** A part of an expression that is not a value: a label's name, a duration. */
export interface Raw {
  readonly raw: string;
}

/** PromQL with every value quoted, for values come from alerts and clusters: promql`up{${labelName("pod")}=${pod}}[${seconds(300)}]`. */
export const promql = (parts: TemplateStringsArray, ...values: readonly (string | Raw)[]): string =>
  parts.reduce((text, part, index) => `${text}${written(values[index - 1] ?? "")}${part}`);

/** JSON's escapes are a subset of PromQL's. */
const written = (value: string | Raw): string => (typeof value === "string" ? JSON.stringify(value) : value.raw);

export function labelName(name: string): Raw {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`not a label's name: ${JSON.stringify(name.slice(0, 80))}`);
  return { raw: name };
}
/** `metric{a="b"}`, or the bare name where no label is asked for. */
export function selector(metric: string, labels: Readonly<Record<string, string>>): Raw {
  const matchers = Object.entries(labels).map(([name, value]) => promql`${labelName(name)}=${value}`);
  return { raw: matchers.length > 0 ? `${labelName(metric).raw}{${matchers.join(", ")}}` : labelName(metric).raw };
}
export function seconds(count: number): Raw {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`not a number of seconds: ${count}`);
  return { raw: `${count}s` };
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
const samples = reader(z.array(z.object({ labels: z.record(z.string(), z.string()), value: z.number() })));

/** An instant query. An empty answer is `[]`: no data, which is not zero. */
export const instantQuery = (text: string): Query<readonly Sample[]> => ({ source: "prometheus", text, parse: samples });
