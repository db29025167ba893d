import { describe, expect, test } from "vitest";
import { prometheusReader } from "../../../adapters/prometheus/read.ts";
import type { Endpoint } from "../../../adapters/world/endpoint.ts";
import { html, json, type Play, reset, resetHalfway, serve, silent, token } from "./server.ts";

const now = 1_760_000_000_000;
const promql = 'sum by (pod) (rate(spirl_agent_mint_svid_total{status_code!="ok"}[5m]))';

const read = async (play: Play, { prefix = "", text = promql, ...more }: Partial<Endpoint> & { prefix?: string; text?: string } = {}) => {
  const { url, seen } = await serve(play);
  const endpoint = { url: `${url}${prefix}`, auth: { bearer: token }, timeoutSeconds: 5, ...more };
  return { reading: await prometheusReader(endpoint, () => now)(text), seen, host: new URL(url).host };
};
const answer = (data: unknown, more: object = {}) => json(200, { status: "success", data, ...more });
const vector = (...result: unknown[]) => ({ resultType: "vector", result });
const sample = (value: string, metric: object = { pod: "agent-1" }) => ({ metric, value: [1_760_000_000.5, value] });

describe("an instant query", () => {
  test("gives samples: labels without the name, a number, the time in seconds", async () => {
    const { reading } = await read(answer(vector(sample("0.25", { __name__: "up", pod: "agent-1" }), sample("3e2", {}))));
    expect(reading).toEqual({
      state: "observed",
      value: [
        { labels: { pod: "agent-1" }, value: 0.25, at: 1_760_000_000.5 },
        { labels: {}, value: 300, at: 1_760_000_000.5 },
      ],
    });
  });

  test("takes a scalar for a sample without labels, and nothing for nothing", async () => {
    expect((await read(answer({ resultType: "scalar", result: [1_760_000_000, "5"] }))).reading).toMatchObject({
      value: [{ labels: {}, value: 5 }],
    });
    expect((await read(answer(vector()))).reading).toEqual({ state: "observed", value: [] });
  });

  test("is one GET at the server's own time, refuses half answers, and goes below the prefix with our headers", async () => {
    const { seen } = await read(answer(vector()), { prefix: "/prometheus/", headers: { "X-Scope-OrgID": "team-a" } });
    expect(seen).toHaveLength(1);
    const { pathname, searchParams } = new URL(seen[0]?.url ?? "", "http://prometheus");
    expect(seen[0]).toMatchObject({ method: "GET", headers: { authorization: `Bearer ${token}`, "x-scope-orgid": "team-a" } });
    expect(pathname).toBe("/prometheus/api/v1/query");
    expect(Object.fromEntries(searchParams)).toEqual({ query: promql, partial_response: "false", deny_partial_response: "1" });
  });

  test("may go with a user and a password, or with nothing", async () => {
    const { seen } = await read(answer(vector()), { auth: { username: "us", password: token } });
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`us:${token}`).toString("base64")}`);
    const { url, seen: bare } = await serve(answer(vector()));
    await prometheusReader({ url, timeoutSeconds: 5 }, () => now)("up");
    expect(bare[0]?.headers.authorization).toBeUndefined();
  });
});

describe("a window", () => {
  const matrix = (...values: unknown[]) => answer({ resultType: "matrix", result: [{ metric: { pod: "agent-1" }, values }] });

  test("ends now, and gives the points of each series; what is no number is a gap", async () => {
    const { reading, seen } = await read(matrix([10, "1"], [20, "NaN"], [30, "+Inf"], [40, "2.5"]), { text: `range(900,15) ${promql}` });
    expect(reading).toEqual({
      state: "observed",
      value: [
        {
          labels: { pod: "agent-1" },
          points: [
            [10, 1],
            [40, 2.5],
          ],
        },
      ],
    });
    const { pathname, searchParams } = new URL(seen[0]?.url ?? "", "http://prometheus");
    expect(pathname).toBe("/api/v1/query_range");
    expect(Object.fromEntries(searchParams)).toMatchObject({ query: promql, start: "1759999100", end: "1760000000", step: "15" });
  });

  test("is not a vector, and a vector is not a window", async () => {
    expect((await read(answer(vector()), { text: `range(900,15) ${promql}` })).reading.state).toBe("unavailable");
    expect((await read(matrix([10, "1"]))).reading.state).toBe("unavailable");
  });
});

describe("what cannot be relied upon is unavailable, and says why", () => {
  test.each<[string, Play, RegExp]>([
    ["a warning", answer(vector(sample("1")), { warnings: ["store s3 is down"] }), /warns: store s3 is down/],
    ["a part", answer(vector(sample("1")), { isPartial: true }), /only a part/],
    ["NaN", answer(vector(sample("1"), sample("NaN"))), /no number/],
    ["infinity", answer(vector(sample("+Inf"))), /no number/],
    ["a histogram", answer(vector({ metric: {}, histogram: [1, {}] })), /cannot be read/],
    ["a string", answer({ resultType: "string", result: [1, "x"] }), /string/],
    [
      "a bad query",
      json(400, { status: "error", errorType: "bad_data", error: "parse error: unexpected end" }),
      /\(400\): parse error: unexpected end/,
    ],
    ["401", json(401, {}), /does not accept our credentials \(401\)/],
    ["too many", json(429, {}), /too many requests \(429\)/],
    [
      "its own timeout",
      json(503, { status: "error", errorType: "timeout", error: "query timed out" }),
      /in trouble \(503\): query timed out/,
    ],
    ["HTML 502", html(502), /in trouble \(502\)/],
    ["HTML that claims success", html(200), /not Prometheus' \(200\)/],
    ["an error that claims success", json(200, { status: "error", error: "x" }), /not Prometheus'/],
    ["a reset", reset, /the connection to Prometheus .* broke/],
    ["half an answer", resetHalfway, /broke/],
    ["a way elsewhere", (_seen, response) => response.writeHead(302, { location: "http://login" }).end(), /sends us elsewhere \(302\)/],
  ])("%s", async (_what, play, says) => {
    const { reading, host } = await read(play);
    if (reading.state !== "unavailable") throw new Error("was observed");
    expect(reading.reason).toMatch(says);
    expect(reading.reason).toContain("spirl_agent_mint_svid_total");
    expect(reading.reason).not.toContain(token);
    expect(reading.reason).not.toMatch(/authorization/i);
    if (says.source.includes("Prometheus at")) expect(reading.reason).toContain(host);
  });

  test("silence", async () => {
    expect((await read(silent, { timeoutSeconds: 0.2 })).reading).toMatchObject({
      reason: expect.stringMatching(/no answer within 0.2 s/),
    });
  });
});
