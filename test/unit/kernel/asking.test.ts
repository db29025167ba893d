import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask } from "../../../kernel/answers.ts";
import { askEndsInTime, lateSeconds, longestAskSeconds } from "../../../kernel/decide/asking.ts";
import { decide } from "../../../kernel/decide/decide.ts";
import { planOf } from "../../../kernel/plan.ts";
import { after, secondsBetween } from "../../../kernel/time.ts";
import type { Entry, Finding, Instant } from "../../../kernel/types/index.ts";
import { aNamespaceLabel, aPolicy, at, aView, sha } from "../../support/incidents.ts";
import { someRules } from "../../support/rules.ts";

const remedy = aNamespaceLabel();
const finding = { is: "faulty", check: "c", says: "c is faulty", subject: { on: "fleet" }, evidence: [sha("e")] } as unknown as Finding;
const before: readonly Entry[] = [
  {
    type: "diagnosed",
    diagnosis: { round: 1, findings: [finding], cause: finding, remedies: [remedy] },
    evidence: sha("evidence"),
  } as Entry,
  {
    type: "decided",
    at: "plan",
    remedy,
    plan: planOf(remedy),
    verdict: { verdict: "ask", reasons: [{ guard: "g", ...ask("says") }], passed: [] },
  } as Entry,
];
type At = readonly [number, Entry];

/** The workflow as it runs: what was said, and when. `answerAt`: seconds after the question; `turn`: what each visit takes; the first `failures` Asks fail. */
function played(approvalSeconds: number, { turn = 1, answerAt = Number.POSITIVE_INFINITY, failures = 0, lookAgainSeconds = 30 } = {}) {
  const policy = aPolicy();
  const timed = {
    ...policy,
    timing: { ...policy.timing, approvalSeconds, lookAgainSeconds },
    limits: { ...policy.limits, ageSeconds: 1e6, freshSeconds: 1e6 },
  };
  const start = 10;
  const until = at(start + approvalSeconds);
  const records: (Entry | At)[] = [...before, [start, { type: "asked", plan: planOf(remedy), until }]];
  let now: Instant = at(start);
  let from: string | undefined = "Diagnose";
  let [asks, turns, broken] = [0, 0, failures];
  for (;;) {
    const answered = secondsBetween(at(start), now) >= answerAt;
    const answer: At = [start + answerAt, { type: "answered", plan: planOf(remedy), who: "alice", yes: true }];
    const view = aView([...records, ...(answered ? [answer] : [])] as never);
    const given = { view, evidence: new Map(), rules: someRules(), policy: timed, now, ...(from ? { from } : {}) };
    const step = decide(given);
    if (step.do !== "go" || !["Ask", "Settle"].includes(step.next.to))
      return { asks, turns, until, step, late: secondsBetween(until, now) };
    turns += 1;
    from = step.next.to;
    if (step.next.to === "Settle" && "until" in step.next) now = after(step.next.until, turn);
    else if (broken > 0) {
      broken -= 1;
      from = undefined;
      now = after(now, turn);
      records.push([secondsBetween(at(0), now), { type: "faulted", state: "Ask", error: "no" }]);
    } else {
      asks += 1;
      const end = askEndsInTime(now, until) ? longestAskSeconds : 0;
      const wakes = start + answerAt - secondsBetween(at(0), now);
      now = after(now, turn + (wakes > 0 && wakes < end ? wakes : end));
    }
  }
}

describe("an approval's deadline", () => {
  it("is kept, whatever it is: the ticket comes at most a minute after it, and people were told once in each Ask", () => {
    const settings = { turn: fc.integer({ min: 0, max: 9 }), lookAgainSeconds: fc.integer({ min: 1, max: 120 }) };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.record(settings), (approvalSeconds, setting) => {
        const { late, asks, step } = played(approvalSeconds, setting);
        expect(step).toMatchObject({
          do: "append",
          entries: [{ type: "escalating", why: expect.stringContaining("nobody answered until") }],
        });
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(lateSeconds + setting.turn);
        expect(asks).toBeGreaterThanOrEqual(1);
        expect(asks).toBeLessThanOrEqual(1 + Math.floor((approvalSeconds + lateSeconds) / longestAskSeconds));
      }),
    );
  });

  it("does not delay who answers in time by more than a look", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 5000 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (approvalSeconds, share) => {
        const answerAt = Math.floor(approvalSeconds * share);
        const { step, late } = played(approvalSeconds, { turn: 0, answerAt });
        expect(step).toEqual({ do: "go", next: { to: "LabelNamespace" } });
        expect(approvalSeconds + late - answerAt).toBeLessThanOrEqual(30);
      }),
    );
  });

  it("people are told also where that failed at first", () => {
    for (const approvalSeconds of [120, 900, 3600]) expect(played(approvalSeconds, { failures: 2 }).asks).toBeGreaterThanOrEqual(1);
  });
});
