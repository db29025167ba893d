import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planOf } from "../../../kernel/plan.ts";
import { progress } from "../../../kernel/progress.ts";
import { type Proof, proofOf } from "../../../kernel/prove.ts";
import type { Entry, Finding, Look } from "../../../kernel/types/index.ts";
import { aPolicy, aRestart, aStory, at, sha } from "../../support/incidents.ts";
import { someRemedies } from "../../support/rules.ts";

const remedy = aRestart();
const intent: Entry = { type: "intent", remedy, plan: planOf(remedy), fence: 1, writeBefore: at(20) };
const hash = aStory([intent])[1]?.hash ?? sha("none");
const finding = (look: Look): Finding =>
  ({
    is: look === "good" ? "healthy" : look === "bad" ? "faulty" : "unknown",
    says: look,
    check: "proof",
    subject: { on: "fleet" },
    evidence: [],
  }) as never;

/** What looks at these seconds come to. The window of the rule under test is 300 s from the outcome at 2 s, and two good looks in a row prove. */
function proof(...looks: readonly (readonly [seconds: number, look: Look])[]): Proof {
  const story = aStory([
    [1, intent],
    [2, { type: "outcome", intent: hash, effect: "applied", says: "done", lookAt: at(12) }],
    ...looks.map(([seconds, look]): [number, Entry] => [
      seconds,
      { type: "looked", intent: hash, look, findings: [finding(look)], evidence: sha("e") },
    ]),
  ]);
  const [attempt] = progress(story).attempts;
  if (!attempt) throw new Error("no attempt");
  return proofOf(attempt, someRemedies(), aPolicy());
}
const look = fc.constantFrom<Look>("good", "bad", "owed", "inconclusive");
/** Looks at rising times, one beyond the window's end now and then. */
const looks = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), look), { minLength: 1, maxLength: 15 })
  .map((all) => all.map(([, one], index) => [12 + all.slice(0, index + 1).reduce((sum, [pause]) => sum + pause, 0), one] as const));
const past = (seconds: number) => seconds >= 302;

describe("principle 1: what could not be told proves nothing, and fails nothing", () => {
  it("fails only by a look that saw it to be bad, and not before the window's end", () => {
    fc.assert(
      fc.property(looks, (all) => {
        const [seconds = 0, last] = all.at(-1) ?? [];
        const said = proof(...all).is;
        if (said === "failed") expect([past(seconds), last]).toEqual([true, "bad"]);
        if (last === "bad" && past(seconds)) expect(said).toBe("failed");
      }),
    );
  });
  it("is unproved where the window ends on what was owed, or could not be told", () => {
    fc.assert(
      fc.property(looks, (all) => {
        const [seconds = 0, last] = all.at(-1) ?? [];
        expect(proof(...all).is === "unproved").toBe(past(seconds) && (last === "owed" || last === "inconclusive"));
      }),
    );
  });
  it("inconclusive from the first look to the last is unproved, and says why", () =>
    expect(proof([100, "inconclusive"], [200, "inconclusive"], [302, "inconclusive"])).toEqual({ is: "unproved", says: "inconclusive" }));
});

describe("a proof", () => {
  it("is so many good looks in a row, the last ones, and nothing else", () => {
    fc.assert(
      fc.property(looks, (all) => {
        const two = all.slice(-2).map(([, one]) => one);
        expect(proof(...all).is === "proved").toBe(two.length === 2 && two.every((one) => one === "good"));
      }),
    );
  });
  it("that has begun when the window ends is followed up, to its end", () => {
    expect(proof([290, "bad"], [310, "good"])).toEqual({ is: "open", lookAt: at(340) });
    expect(proof([290, "bad"], [310, "good"], [340, "good"])).toMatchObject({ is: "proved" });
    expect(proof([290, "bad"], [310, "good"], [340, "inconclusive"])).toMatchObject({ is: "unproved" });
    expect(proof([290, "bad"], [310, "good"], [340, "bad"])).toMatchObject({ is: "failed" });
  });
  it("always comes to an end: past the window it is open after a first good look only", () => {
    fc.assert(
      fc.property(looks, (all) => {
        const [seconds = 0, last] = all.at(-1) ?? [];
        if (past(seconds) && proof(...all).is === "open") expect([all.at(-2)?.[1] === "good", last]).toEqual([false, "good"]);
      }),
    );
  });
});
