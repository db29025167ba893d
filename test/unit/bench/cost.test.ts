import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Amounts, amountsOf, billedMs, functionOf, idleAmounts, total } from "../../../bench/cost/bill.ts";
import { costPage, money } from "../../../bench/cost/page.ts";
import { costOf, type Priced, prices } from "../../../bench/cost/prices.ts";
import { standing } from "../../../bench/cost/standing.ts";
import type { Traces } from "../../../bench/cost/trace.ts";
import { readUnits, sizeOf, writeUnits } from "../../../bench/cost/units.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";

const traces = JSON.parse(readFileSync("bench/cost/traces.json", "utf8")) as Traces;
const key = { pk: "a", sk: "b" };
const item = (bytes: number) => ({ key, fields: { body: "x".repeat(bytes - 10) } });

describe("the page of what it costs", () => {
  it("is the one in docs: `npm run generate` writes it from the measurement, the prices and the stack", { timeout: 60_000 }, () =>
    expect(readFileSync("docs/reference/cost.md", "utf8")).toBe(costPage(traces, standing())),
  );

  it("is about incidents that ended as their names say, with every function that they need", () => {
    const ends = Object.fromEntries(traces.incidents.map(({ incident, result }) => [incident, result]));
    expect(ends).toEqual({
      "older-than-webhook": "proved",
      "template-unlabelled": "proved",
      fargate: "escalated",
      "fleet-wide": "folded, and its parent as escalated",
    });
    const called = new Set(traces.incidents.flatMap(({ functions }) => Object.keys(functions)));
    expect([...called].sort()).toEqual(
      ["Answer", "Ask", "Audit", "Authorize", "Decide", "Diagnose", "Escalate", "Ingest", "RolloutWorkload"].sort(),
    );
    for (const name of called) expect(traces.cold[functionOf(name).folder]).toBeGreaterThan(0);
    expect(called.has("RolloutWorkload") && (capabilities as readonly string[]).includes("RolloutWorkload")).toBe(true);
  });

  it("counts every state that the workflow entered", () => {
    // Decide and Route by turns, then where Decide sent it; Settle and Done are no functions.
    for (const { functions, transitions } of traces.incidents) {
      const { Authorize: _a, Ingest: _i, Answer: _p, Audit: _l, ...tasks } = functions;
      const calls = Object.values(tasks).reduce((sum, spent) => sum + spent.calls, 0);
      expect(transitions).toBeGreaterThanOrEqual(calls + (tasks.Decide?.calls ?? 0) + 1);
    }
  });

  it("shows small sums by two digits, and none as none", () => {
    expect([0, 0.0000012, 0.00123, 0.034, 0.5, 12.3].map(money)).toEqual(["$0.00", "$0.0000012", "$0.0012", "$0.034", "$0.50", "$12.30"]);
  });
});

describe("an incident's bill", () => {
  it("prices everything that it took, and no other thing", () => {
    const [trace] = traces.incidents;
    if (!trace) throw new Error("nothing was measured");
    const amounts = amountsOf(trace, traces);
    for (const what of Object.keys(amounts)) expect(prices).toHaveProperty(what);
    const byHand = (Object.entries(amounts) as [Priced, number][]).map(([what, n]) => (n / prices[what].per) * prices[what].dollars);
    expect(total(amounts)).toBeCloseTo(
      byHand.reduce((a, b) => a + b, 0),
      9,
    );
    expect(amounts).toMatchObject({ transitions: trace.transitions, writeUnits: trace.writeUnits, puts: trace.puts });
  });

  it("grows with each of its parts", () => {
    const what = fc.constantFrom(...(Object.keys(prices) as Priced[]));
    fc.assert(
      fc.property(fc.dictionary(what, fc.nat(1000)), what, fc.integer({ min: 1, max: 1000 }), (amounts, one, more) => {
        const before = amounts as Amounts;
        const after = { ...before, [one]: (before[one] ?? 0) + more };
        expect(total(after)).toBeGreaterThan(total(before));
        expect(total(after) - total(before)).toBeCloseTo(costOf(one, more), 9);
      }),
    );
  });

  it("bills a millisecond for each call at least", () => {
    expect(billedMs({ calls: 3, ms: 0.2, ledger: 0, archive: 0, world: 0 })).toBe(3);
  });

  it("of an idle month takes a sweep each minute, a patrol every five, their metrics all the time, and what stands there", () => {
    const stands = { keys: 1, secrets: 2, alarms: 3, dashboards: 4 };
    const { sweep, patrol } = traces;
    expect(idleAmounts(traces, stands)).toMatchObject({
      calls: 43_200 + 8_640,
      schedules: 43_200 + 8_640,
      readUnits: 43_200 * sweep.readUnits + 8_640 * patrol.readUnits,
      metricHours: 720 * (sweep.series + patrol.series),
      ...stands,
    });
    expect(sweep.series).toBeGreaterThan(10);
    expect(patrol.world).toBeGreaterThan(1);
  });
});

describe("DynamoDB's units", () => {
  it("count names and values of an item, its keys too", () => {
    expect(sizeOf({ key, fields: {} })).toBe(6);
    expect(sizeOf({ key, fields: { ü: "é", on: true, n: 12345 } })).toBe(6 + 4 + 3 + (1 + 4));
    expect(sizeOf(item(1024))).toBe(1024);
  });

  it("read by 4 KB, together, and at least one", () => {
    expect(readUnits([])).toBe(1);
    expect(readUnits([item(4096)])).toBe(1);
    expect(readUnits([item(4096), item(16)])).toBe(2);
  });

  it("write by 1 KB and twice, the larger of before and after, checked items too", async () => {
    const there = async () => item(3000).fields;
    const nothing = async () => undefined;
    expect(await writeUnits([{ do: "record", ...item(1024) }], there)).toBe(2);
    expect(await writeUnits([{ do: "put", ...item(1025) }], nothing)).toBe(4);
    expect(await writeUnits([{ do: "put", ...item(100) }], there)).toBe(6);
    expect(await writeUnits([{ do: "update", key, fields: { seq: 1 }, when: { is: {} } }], there)).toBe(6);
    expect(
      await writeUnits(
        [
          { do: "check", key, when: "absent" },
          { do: "remove", key },
        ],
        nothing,
      ),
    ).toBe(4);
  });
});
