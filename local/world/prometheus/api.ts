import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Faults } from "../faults.ts";
import { evaluate, type Value } from "./evaluate.ts";
import { duration, QueryError } from "./lexer.ts";
import { parse } from "./parser.ts";
import type { Metrics } from "./series.ts";

const mostPoints = 11_000;

/** `/api/v1/query` and `/api/v1/query_range`, by GET and by POST. A query that the world does not understand is a 400, never an empty answer. */
export function prometheusApi(metrics: Metrics, now: () => number, faults: Faults): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const answer = async (c: Context, work: (parameters: URLSearchParams) => unknown): Promise<Response> => {
    try {
      const data = work(await parametersOf(c));
      return c.json({ status: "success", data, ...(faults.warnings.length > 0 ? { warnings: faults.warnings } : {}) });
    } catch (thrown) {
      if (!(thrown instanceof QueryError)) throw thrown;
      return c.json({ status: "error", errorType: thrown.type, error: thrown.message }, thrown.type === "bad_data" ? 400 : 422);
    }
  };
  app.on(["GET", "POST"], "/api/v1/query", (c) =>
    answer(c, (parameters) => {
      const time = timeOf(parameters, "time") ?? now();
      return instant(evaluate(parsed(parameters), metrics, time), time);
    }),
  );
  app.on(["GET", "POST"], "/api/v1/query_range", (c) =>
    answer(c, (parameters) => {
      const start = timeOf(parameters, "start") ?? fail("start", 'cannot parse "" to a valid timestamp');
      const end = timeOf(parameters, "end") ?? fail("end", 'cannot parse "" to a valid timestamp');
      const step = stepOf(parameters.get("step") ?? "");
      if (end < start) fail("end", "end timestamp must not be before start time");
      if ((end - start) / step > mostPoints)
        throw new QueryError("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
      const expression = parsed(parameters);
      const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
      return matrix(times.map((time) => [time, evaluate(expression, metrics, time)] as const));
    }),
  );
  return app;
}

async function parametersOf(c: Context): Promise<URLSearchParams> {
  const parameters = new URL(c.req.url).searchParams;
  if (c.req.method !== "POST") return parameters;
  for (const [name, value] of new URLSearchParams(await c.req.text())) parameters.set(name, value);
  return parameters;
}

function parsed(parameters: URLSearchParams) {
  try {
    return parse(parameters.get("query") ?? "");
  } catch (thrown) {
    if (thrown instanceof QueryError && thrown.type === "bad_data") fail("query", thrown.message);
    throw thrown;
  }
}

function fail(parameter: string, says: string): never {
  throw new QueryError(`invalid parameter "${parameter}": ${says}`);
}

/** Seconds since 1970, or RFC 3339. */
function timeOf(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null || text === "") return undefined;
  const ms = /^-?[\d.]+(e\+?\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(ms) ? ms : fail(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
}

/** A duration, or a number of seconds. */
function stepOf(text: string): number {
  const ms = /^[\d.]+$/.test(text) ? Number(text) * 1000 : duration(text);
  return ms && ms > 0 ? ms : fail("step", `cannot parse ${JSON.stringify(text)} to a valid duration`);
}

type Sample = readonly [seconds: number, value: string];
const sample = (time: number, value: number): Sample => [time / 1000, text(value)];
const text = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

function instant(value: Value, time: number): unknown {
  if (value.type === "scalar") return { resultType: "scalar", result: sample(time, value.value) };
  return { resultType: "vector", result: value.vector.map((each) => ({ metric: each.labels, value: sample(time, each.value) })) };
}

function matrix(points: readonly (readonly [number, Value])[]): unknown {
  const series = new Map<string, { metric: unknown; values: Sample[] }>();
  for (const [time, value] of points) {
    const vector = value.type === "scalar" ? [{ labels: {}, value: value.value }] : value.vector;
    for (const { labels, value: number } of vector) {
      const key = JSON.stringify(Object.entries(labels).sort());
      const found = series.get(key) ?? { metric: labels, values: [] };
      series.set(key, found);
      found.values.push(sample(time, number));
    }
  }
  return { resultType: "matrix", result: [...series.values()] };
}
