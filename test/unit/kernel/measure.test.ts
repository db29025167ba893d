import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureStory } from "../../../kernel/measure.ts";
import { planOf } from "../../../kernel/plan.ts";
import { milliseconds } from "../../../kernel/time.ts";
import type { Diagnosis, Entry, LedgerRecord, Measure, Metric, Reason, Some } from "../../../kernel/types/index.ts";
import { metrics, type results } from "../../../kernel/types/index.ts";
import { aNamespaceLabel, anIncident, aRestart, aStory, at, sha } from "../../support/incidents.ts";

const restart = aRestart();
const diagnosed: Entry = { type: "diagnosed", diagnosis: { round: 1, findings: [] } as unknown as Diagnosis, evidence: sha("e") };
const intent = (remedy = restart as Parameters<typeof planOf>[0], undoes?: ReturnType<typeof sha>): Entry => ({
  ...{ type: "intent", remedy, plan: planOf(remedy), fence: 1, writeBefore: at(20) },
  ...(undoes ? { undoes } : {}),
});
const deny = (...guards: readonly [string, ...string[]]): Entry => ({
  ...{ type: "decided", at: "plan", remedy: restart, plan: planOf(restart) },
  verdict: {
    verdict: "deny",
    reasons: guards.map((guard) => ({ guard, rule: "deny", says: "no" })) as unknown as Some<Reason>,
    passed: [],
  },
});
const closed = (result: (typeof results)[number] = "proved"): Entry => ({ type: "closed", result, says: "" });

/** The story of these, where `outcome` and `concluded` are about the last intent before them. */
function storyOf(entries: readonly (readonly [seconds: number, Entry])[]): Some<LedgerRecord> {
  const told: (readonly [number, Entry])[] = [];
  for (const [seconds, entry] of entries) {
    const last = aStory(told).findLast(({ type }) => type === "intent")?.hash ?? sha("none");
    told.push([seconds, entry.type === "outcome" || entry.type === "concluded" ? { ...entry, intent: last } : entry]);
  }
  return aStory(told);
}
const outcome = (effect: "applied" | "refused" | "unknown"): Entry => ({
  ...{ type: "outcome", intent: sha("the last"), effect, says: "", lookAt: at(0) },
});
const concluded = (proof: "proved" | "failed"): Entry => ({ type: "concluded", intent: sha("the last"), proof, says: "" });
const measured = (all: readonly Measure[], metric: Metric) => all.find((one) => one.metric === metric)?.value;
const some = (all: readonly Measure[], metric: Metric) => all.flatMap((one) => (one.metric === metric ? [[one.of, one.value]] : []));

describe("a closed story in numbers", () => {
  const story = storyOf([
    [1.5, diagnosed],
    [2, deny("budget", "mode")],
    [3, diagnosed],
    [4, deny("budget")],
    [5, intent()],
    [6, outcome("refused")],
    [8, intent()],
    [9.25, outcome("applied")],
    [60, concluded("proved")],
    [70, { type: "ticketed", ticket: "T-1", commentAt: at(80) }],
    [90, closed("proved")],
  ]);
  const all = measureStory(story, ["prod"]);

  it("is one incident of its result, and how long it took from the opening", () => {
    expect(some(all, "Incidents")).toEqual([[{ cluster: "prod", result: "proved" }, 1]]);
    const took = (["TimeToDiagnosis", "TimeToWrite", "TimeToProof", "TimeToEnd"] as const).map((metric) => measured(all, metric));
    expect(took).toEqual([1500, 9250, 60_000, 90_000]);
  });

  it("counts each reason of each refusal by its guard, attempts by kind and effect, and the ticket", () => {
    expect(some(all, "Denials")).toEqual([
      [{ guard: "budget" }, 2],
      [{ guard: "mode" }, 1],
    ]);
    expect(some(all, "Attempts")).toEqual([
      [{ kind: "rollout-restart", effect: "refused" }, 1],
      [{ kind: "rollout-restart", effect: "applied" }, 1],
    ]);
    expect(some(all, "Tickets")).toEqual([[{ cluster: "prod" }, 1]]);
  });

  it("says nothing of what did not happen", () => {
    const quiet = measureStory(storyOf([[1, closed("ignored")]]), ["prod"]);
    expect(quiet.map(({ metric }) => metric)).toEqual(["Incidents", "TimeToEnd"]);
  });

  it("takes a change that was taken back for no proof", () => {
    const label = aNamespaceLabel();
    const back = storyOf([
      [1, intent(label)],
      [2, outcome("applied")],
      [3, concluded("failed")],
      [4, intent(label, sha("the first"))],
      [5, outcome("applied")],
      [6, concluded("proved")],
      [9, closed("escalated")],
    ]);
    expect(measured(measureStory(back, []), "TimeToProof")).toBeUndefined();
    expect(measured(measureStory(back, []), "TimeToWrite")).toBe(2000);
  });

  it("a cluster that the policy does not have makes no series of its own", () => {
    const elsewhere = aStory([closed()], anIncident({ cluster: "whatever-an-alert-says" }));
    expect(measureStory(elsewhere, ["prod"])[0]).toMatchObject({ of: { cluster: "other" } });
  });
});

describe("of any story", () => {
  const entry: fc.Arbitrary<Entry> = fc.oneof(
    fc.constantFrom(diagnosed, intent(), intent(aNamespaceLabel()), outcome("applied"), outcome("refused"), outcome("unknown")),
    fc.constantFrom(concluded("proved"), concluded("failed"), closed("escalated")),
    fc
      .array(fc.constantFrom("budget", "mode", "breaker", "__proto__"), { minLength: 1, maxLength: 5 })
      .map((guards) => deny(...(guards as [string]))),
  );
  const stories = fc.array(entry, { maxLength: 14 }).map((entries) => storyOf(entries.map((one, index) => [index * 3 + 1, one] as const)));

  it("counts neither lose nor invent anything", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const all = measureStory(story, ["prod"]);
        const sum = (metric: Metric) => some(all, metric).reduce((total, [, value]) => total + Number(value), 0);
        const reasons = story.flatMap((one) => (one.type === "decided" && one.verdict.verdict === "deny" ? one.verdict.reasons : []));
        expect(sum("Denials")).toBe(reasons.length);
        expect(sum("Attempts")).toBe(story.filter(({ type }) => type === "intent").length);
        expect(sum("Incidents")).toBe(story.some(({ type }) => type === "closed") ? 1 : 0);
      }),
    );
  });

  it("times are within the story, and a write comes before its proof", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const all = measureStory(story, ["prod"]);
        const [first, last] = [story[0], story.at(-1) ?? story[0]];
        const length = milliseconds(last.written) - milliseconds(first.written);
        for (const { metric, value } of all)
          if (metrics[metric].unit === "Milliseconds") {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(length);
          }
      }),
    );
  });

  it("each measure is of just the things that its metric is told apart by, and stands once", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const all = measureStory(story, []);
        for (const { metric, of } of all) expect(Object.keys(of).sort()).toEqual([...new Set(metrics[metric].by.flat())].sort());
        const names = all.map(({ metric, of }) => JSON.stringify([metric, of]));
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it("the same story gives the same numbers for ever", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const before = structuredClone(story);
        expect(measureStory(story, ["prod"])).toEqual(measureStory(before, ["prod"]));
        expect(story).toEqual(before);
      }),
    );
  });
});
