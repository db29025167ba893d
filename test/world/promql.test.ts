import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../local/world/prometheus/evaluate.ts";
import { parse } from "../../local/world/prometheus/parser.ts";
import { Counter, Gauge, Metrics } from "../../local/world/prometheus/series.ts";

const start = 1_000_000_000;
const now = start + 600_000;

/** Two agents: `a` mints 2 a second and fails 1 a second since a minute, `b` mints nothing. */
function twoAgents(): Metrics {
  const metrics = new Metrics();
  metrics.add(new Counter("mint_total", { pod: "a", status_code: "ok" }, start, { perSecond: 2 }));
  metrics.add(new Counter("mint_total", { pod: "a", status_code: "failed" }, now - 60_000, { perSecond: 1 }, 7));
  metrics.add(new Counter("mint_total", { pod: "b", status_code: "ok" }, start));
  for (const [pod, value] of Object.entries({ a: 1, b: 0 })) metrics.add(new Gauge("expiring", { pod, svid_type: "x509" }, start, value));
  for (const pod of ["a", "b", "c"]) metrics.add(new Gauge("pod_info", { pod }, start, 1));
  return metrics;
}
function ask(query: string, metrics = twoAgents()): unknown {
  const value = evaluate(parse(query), metrics, now);
  if (value.type === "scalar") return value.value;
  return Object.fromEntries(value.vector.map(({ labels, value: number }) => [Object.values(labels).join("/"), number]));
}

describe("PromQL", () => {
  it.each<[string, unknown]>([
    ["expiring", { "a/x509/expiring": 1, "b/x509/expiring": 0 }],
    ["expiring > 0", { "a/x509/expiring": 1 }],
    ["expiring == bool 0", { "a/x509": 0, "b/x509": 1 }],
    ['expiring{pod="a"}', { "a/x509/expiring": 1 }],
    ['expiring{pod!="a",none=""}', { "b/x509/expiring": 0 }],
    ['expiring{pod=~"a|c"}', { "a/x509/expiring": 1 }],
    ['expiring{pod=~"x?"}', {}],
    ['expiring{pod!~"a.*"}', { "b/x509/expiring": 0 }],
    ['rate(mint_total{pod="a",status_code="ok"}[5m])', { "a/ok": 2 }],
    ['increase(mint_total{status_code="ok"}[30s])', { "a/ok": 60, "b/ok": 0 }],
    ["sum by (pod) (increase(mint_total[30s]))", { a: 90, b: 0 }],
    ["sum(mint_total) by (status_code)", { ok: 1200, failed: 67 }],
    ["sum without (status_code) (mint_total)", { a: 1267, b: 0 }],
    ["count(pod_info)", { "": 3 }],
    ["max(expiring) - min(expiring)", { "": 1 }],
    ["avg(expiring)", { "": 0.5 }],
    ["pod_info unless on (pod) expiring", { "c/pod_info": 1 }],
    ["pod_info and on (pod) expiring", { "a/pod_info": 1, "b/pod_info": 1 }],
    ["expiring > 0 or on (pod) pod_info", { "a/x509/expiring": 1, "b/pod_info": 1, "c/pod_info": 1 }],
    ["pod_info + on (pod) expiring", { a: 2, b: 1 }],
    ["pod_info == ignoring (svid_type) expiring", { "a/pod_info": 1 }],
    ["1 + 2 * 3 ^ 2", 19],
    ["-2 ^ 2", -4],
    ["(1 + 2) * 3", 9],
    ["10 - 2 - 3", 5],
    ["2 ^ 3 ^ 2", 512],
    ["2 > bool 1", 1],
    ["100 * expiring", { "a/x509": 100, "b/x509": 0 }],
    ["vector(3) * 2", { "": 6 }],
    ['absent(nothing{pod="a"})', { a: 1 }],
    ["absent(expiring)", {}],
    ["expiring # a comment", { "a/x509/expiring": 1, "b/x509/expiring": 0 }],
  ])("%s", (query, result) => {
    const sorted = (value: unknown) => (typeof value === "number" ? value : Object.entries(value as object).sort());
    expect(sorted(ask(query))).toEqual(sorted(result));
  });

  it("gives the error share as the runbook's corrected query asks for it", () => {
    const failed = 'sum by (pod)(rate(mint_total{status_code!="ok"}[5m]))';
    const all = "sum by (pod)(rate(mint_total[5m]))";
    expect(ask(`(${failed} or 0 * ${all}) / on (pod) (${all} > 0)`)).toEqual({ a: 60 / 660 });
  });

  it("does not see what a series had at its first scrape", () => {
    expect(ask('increase(mint_total{status_code="failed"}[5m])')).toEqual({ "a/failed": 60 });
  });

  it.each([
    "rate(mint_total)",
    "rate(mint_total[5m]",
    "mint_total[5m]",
    "mint_total{",
    "mint_total{pod=a}",
    'mint_total{pod=~"("}',
    'mint_total{pod="\\q"}',
    "histogram_quantile(0.95, mint_total)",
    "mint_total offset 5m",
    "topk(3, mint_total)",
    "sum(1)",
    "1 > 2",
    "1 and 2",
    "mint_total or 1",
    "{}",
    '{pod=~".*"}',
    "",
    "mint_total mint_total",
    "mint_total{a='b'} \u0000",
  ])("refuses %j, and never answers in silence", (query) => {
    expect(() => parse(query)).toThrow(expect.objectContaining({ name: "QueryError", type: "bad_data" }));
  });

  it("refuses a match of many with many only when it is evaluated", () => {
    expect(() => ask("mint_total / on (pod) expiring")).toThrow(expect.objectContaining({ type: "execution" }));
  });

  it("takes any text as a label's value, and nothing breaks out of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
        const metrics = new Metrics();
        metrics.add(new Gauge("g", { pod: text }, start, 1));
        metrics.add(new Gauge("g", { pod: `${text}!` }, start, 2));
        const query = `g{pod=${JSON.stringify(text)}}`;
        const value = evaluate(parse(query), metrics, now);
        expect(value.type === "vector" && value.vector.map((each) => each.value)).toEqual([1]);
      }),
    );
  });

  it("increases by what was counted, whatever the window is cut into", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 20 }), fc.integer({ min: 1, max: 599 }), (at, seconds) => {
        const metrics = new Metrics();
        const counter = metrics.add(new Counter("c", {}, start));
        for (const each of at) counter.add(1, start + each);
        const late = ask(`sum(increase(c[${seconds}s]))`, metrics) as Record<string, number>;
        expect(late[""]).toBe(at.filter((each) => each > 600_000 - seconds * 1000).length);
      }),
    );
  });
});
