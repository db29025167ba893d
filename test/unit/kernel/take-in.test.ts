import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../../../adapters/ledger/store.ts";
import { type Deciding, decide } from "../../../kernel/decide/decide.ts";
import { takeIn, takenAtOnce } from "../../../kernel/decide/take-in.ts";
import { canonical } from "../../../kernel/digest.ts";
import { type Alert, type Entry, type Some, some } from "../../../kernel/types/index.ts";
import { anAlert, aPolicy, at, aView } from "../../support/incidents.ts";
import { someRules } from "../../support/rules.ts";

/** As bad as one that was placed can be: each character takes six in JSON. */
const hostile = "\u0001".repeat(253);
const bad = (fingerprint: string): Alert =>
  anAlert({ fingerprint, labels: { ...anAlert().labels, alertname: hostile, severity: hostile } });
const over = (fingerprint: string): Alert => anAlert({ fingerprint, status: "resolved", endsAt: at(9) } as never);
const bytes = (value: unknown): number => Buffer.byteLength(canonical(value));

function entriesOf(news: Some<Alert>): Some<Entry> {
  const step = takeIn(news);
  if (step.do !== "append") throw new Error(step.do);
  return step.entries;
}
const alertsOf = (entries: readonly Entry[]): readonly Alert[] =>
  entries.flatMap((entry) => (entry.type === "joined" || entry.type === "resolved" ? entry.alerts : []));

describe("what is taken in", () => {
  it("fits into the ledger's items and transactions, in the order in which it came, whatever came", () => {
    const alert = fc
      .tuple(
        fc.constantFrom(bad, over, (name: string) => anAlert({ fingerprint: name })),
        fc.string({ maxLength: 8 }),
      )
      .map(([make, name]) => make(name));
    fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 300 }), (list) => {
        const news = some(list);
        if (!news) return;
        const entries = entriesOf(news);
        const taken = alertsOf(entries);
        expect(taken).toEqual(list.slice(0, taken.length));
        expect(taken.length).toBeGreaterThan(0);
        expect(entries.length).toBeLessThanOrEqual(takenAtOnce.records);
        for (const entry of entries) {
          expect(bytes(entry)).toBeLessThan(limits.itemBytes);
          for (const { status } of alertsOf([entry])) expect(status).toBe(entry.type === "joined" ? "firing" : "resolved");
        }
        expect(bytes(entries)).toBeLessThan(limits.transactionBytes);
      }),
      { numRuns: 40 },
    );
  });

  it("all of the fullest inbox, in few steps", () => {
    const inbox = Array.from({ length: 1000 }, (_, n) => (n % 2 === 0 ? bad : over)(`f${n}`));
    const story: Entry[] = [];
    for (let steps = 0; steps < 25; steps++) {
      const on: Deciding = { view: aView(story, { inbox }), evidence: new Map(), rules: someRules(), policy: aPolicy(), now: at(100) };
      const step = decide(on);
      if (step.do !== "append") throw new Error(`step ${steps} is ${step.do}`);
      story.push(...step.entries);
    }
    expect(alertsOf(story)).toEqual(inbox);
  });
});
