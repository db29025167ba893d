import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mintsOf } from "../../../runbook/queries/prometheus.ts";
import { plotQueries, spark, values } from "../../../runbook/tickets/values.ts";
import { evidenceOf, given, Missing } from "../../support/evidence.ts";
import { anIncident, at } from "../../support/incidents.ts";

const mints = mintsOf(given(), "spirl-agent-node-1", 300);
const sample = (svid_type: string, value: number) => ({ labels: { svid_type, status_code: "ok" }, value, at: 0 });
const plain = (text: string) => `‹${text}›`;
const [window] = plotQueries(evidenceOf([[mints, []]]), anIncident(), at(600));
if (!window) throw new Error("there is a query to plot");
const seconds = (time: number) => Date.parse(at(time)) / 1000;

describe("the values of a ticket", () => {
  it("are each query with what it answered, by series", () => {
    const told = values(evidenceOf([[mints, [sample("x509", 12.34567), sample("jwt", 3)]]]), plain);
    expect(told).toEqual([
      `- ‹${mints.text}›`,
      `  → ‹svid_type=x509 status_code=ok: 12.35› (${at(0)})`,
      `  → ‹svid_type=jwt status_code=ok: 3› (${at(0)})`,
    ]);
  });

  it.each([
    [[], "no data"],
    [new Missing("timed out"), "‹not available: timed out›"],
    ["<html>", "an answer that cannot be read"],
  ])("say what an answer without values was", (raw, says) =>
    expect(values(evidenceOf([[mints, raw]]), plain)).toEqual([`- ‹${mints.text}›`, `  → ${says} (${at(0)})`]),
  );

  it("have a plot for each series of a window that is there", () => {
    const points = [0, 0, 2, 7, 14].map((value, index) => [seconds(60 * index), value]);
    const told = values(
      evidenceOf([
        [mints, [sample("x509", 14)]],
        [
          window,
          [
            { labels: { svid_type: "x509" }, points },
            { labels: { svid_type: "jwt" }, points: [[seconds(0), 5]] },
            { labels: {}, points: [] },
          ],
        ],
      ]),
      plain,
    );
    expect(told.slice(2)).toEqual([
      "  ▁▁▂▅█ ‹svid_type=x509: from 0 to 14, 03:00 to 03:04›",
      "  ‹svid_type=jwt: always 5, 03:00 to 03:00›",
    ]);
  });

  it("name what is not Prometheus' nowhere, and of many series only the first", () => {
    const many = Array.from({ length: 40 }, (_, index) => sample(`type-${index}`, index));
    const told = values(
      evidenceOf([
        [mints, many],
        [{ source: "kubernetes", text: "/api/v1/pods", parse: (raw) => raw }, {}],
      ]),
      plain,
    );
    expect(told).toHaveLength(8);
    expect(told.at(-1)).toBe("  → and 34 more series");
  });

  it("without the window of a query do without its plot", () => {
    const told = values(
      evidenceOf([
        [mints, [sample("x509", 1)]],
        [window, new Missing("timed out")],
      ]),
      plain,
    );
    expect(told).toHaveLength(2);
  });
});

describe("what is plotted", () => {
  it("is what was asked, from a quarter of an hour before the incident until now, in few enough points", () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 }), (age) => {
        const [query, ...others] = plotQueries(evidenceOf([[mints, []]]), anIncident(), at(age));
        const [, span = "", step = "", text] = /^range\((\d+),(\d+)\) (.*)$/.exec(query?.text ?? "") ?? [];
        expect(others).toEqual([]);
        expect(text).toBe(mints.text);
        expect(Number(span)).toBeGreaterThanOrEqual(age + 900);
        expect(Number(span)).toBeLessThan(age + 960);
        expect(Number(span) / Number(step)).toBeLessThanOrEqual(64);
      }),
    ));
  it("is no window of a window", () => {
    const evidence = evidenceOf([
      [mints, []],
      [window, []],
    ]);
    expect(plotQueries(evidence, anIncident(), at(600)).map(({ text }) => text)).toEqual([window.text]);
  });
  it("is bounded", () => {
    const all = Array.from({ length: 50 }, (_, index) => [mintsOf(given(), `agent-${index}`, 300), []] as const);
    expect(plotQueries(evidenceOf(all), anIncident(), at(600))).toHaveLength(12);
  });
});

describe("a plot", () => {
  it("has a bar for each value, no lower where the value is higher, the least at the bottom and the greatest at the top", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 }), (all) => {
        const [least, most] = [Math.min(...all), Math.max(...all)];
        fc.pre(least < most);
        const bars = [...spark(all, least, most)];
        const heights = bars.map((bar) => "▁▂▃▄▅▆▇█".indexOf(bar));
        expect(heights).toHaveLength(all.length);
        expect(Math.min(...heights)).toBe(0);
        expect(Math.max(...heights)).toBe(7);
        for (const [index, value] of all.entries())
          for (const [other, than] of all.entries()) if (value > than) expect(heights[index]).toBeGreaterThanOrEqual(heights[other] ?? 0);
      }),
      { numRuns: 50 },
    ));
});
