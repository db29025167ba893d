import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faulty, healthy, notApplicable, unknown } from "../../../kernel/answers.ts";
import { assess, assessAll } from "../../../kernel/assess.ts";
import { collect } from "../../../kernel/collect.ts";
import { digest } from "../../../kernel/digest.ts";
import type { World } from "../../../kernel/ports.ts";
import { key, run } from "../../../kernel/suspend.ts";
import type { Check, Evidence, Fleet, Observed, Query } from "../../../kernel/types/index.ts";
import { aPolicy, t0 } from "../../support/incidents.ts";

const given = { cluster: "prod", policy: aPolicy(), now: t0 };
const number = (name: string): Query<number> => ({
  source: "kubernetes",
  text: name,
  parse: (raw) => {
    if (typeof raw !== "number") throw new TypeError("not a number");
    return raw;
  },
});
const seen = (value: unknown): Observed<unknown> => ({ state: "observed", value, at: t0, ref: digest(value) });
const gone = (reason: string): Observed<unknown> => ({ state: "unavailable", reason, at: t0 });
const evidence = (of: Record<string, Observed<unknown>>): Evidence =>
  new Map(Object.entries(of).map(([name, one]) => [key(number(name)), one]));
const check = (assessing: Check<Fleet>["assess"]): Check<Fleet> => ({ id: "test", section: "", asks: "", assess: assessing });
const fleet: Fleet = { on: "fleet" };

describe("a run over evidence", () => {
  it("asks for all of `all` at once", () => {
    expect(run((read) => read.all(number("a"), number("b")), new Map())).toMatchObject({
      did: "miss",
      queries: [{ text: "a" }, { text: "b" }],
    });
  });
  it("gives the values in their order", () => {
    const ran = run((read) => read.all(number("a"), number("b")), evidence({ b: seen(2), a: seen(1) }));
    expect(ran).toMatchObject({ did: "finish", value: [1, 2] });
  });
  it("fails with the reason of a read that could not be had", () => {
    expect(run((read) => read(number("a")), evidence({ a: gone("403") }))).toMatchObject({ did: "fail", reason: "403" });
  });
  it("takes what cannot be parsed for not had, and says what it was", () => {
    expect(run((read) => read(number("a")), evidence({ a: seen("x") }))).toMatchObject({
      did: "fail",
      reason: expect.stringContaining("kubernetes a"),
    });
  });
  it("lets prose look at the state where absence is an answer", () => {
    expect(run((read) => read.maybe(number("a")).state, evidence({ a: gone("404") }))).toMatchObject({
      did: "finish",
      value: "unavailable",
    });
  });
});

describe("what a finding says", () => {
  it.each([healthy, notApplicable, unknown, faulty])("has an end, whatever it quotes: %o", (says) => {
    const { value } = assess(
      check((_, read) => says(`${read(number("a"))} ${"x".repeat(60_000)}`)),
      fleet,
      given,
      evidence({ a: seen(1) }),
    );
    expect(value.says).toMatch(/^1 x{998} … \(60002 characters\)$/);
  });
});

describe("principle 1: unknown is not unhealthy, and nothing read is not healthy", () => {
  it.each(["healthy", "faulty"] as const)("a check that read nothing is unknown though it says %s", (is) => {
    const answer = is === "healthy" ? healthy("trust me") : { is, says: "trust me" };
    expect(
      assess(
        check(() => answer),
        fleet,
        given,
        new Map(),
      ).value,
    ).toMatchObject({ is: "unknown", evidence: [] });
  });
  it("a check whose read failed is unknown", () => {
    const careful = check((_, read) => (read(number("a")) > 0 ? healthy("ok") : { is: "faulty", says: "not ok" }));
    expect(assess(careful, fleet, given, evidence({ a: gone("timeout") })).value).toMatchObject({ is: "unknown", says: "timeout" });
  });
  it("a check that throws is unknown", () => {
    const broken = check(() => {
      throw new RangeError("broken");
    });
    expect(assess(broken, fleet, given, new Map()).value).toMatchObject({ is: "unknown", says: "broken" });
  });
  it("a check may say that it does not apply without reading", () => {
    expect(
      assess(
        check(() => notApplicable("Fargate")),
        fleet,
        given,
        new Map(),
      ).value.is,
    ).toBe("not-applicable");
  });
  it("a finding names what it read", () => {
    const finding = assess(
      check((_, read) => healthy(`${read(number("a"))}`)),
      fleet,
      given,
      evidence({ a: seen(1), b: seen(2) }),
    ).value;
    expect(finding.evidence).toEqual([digest(1)]);
  });
});

describe("collect", () => {
  const counting = (answer: (name: string) => Observed<unknown> = () => seen(1)) => {
    const asked: string[] = [];
    let most = 0;
    let now = 0;
    const world: World = {
      async fetch(query) {
        most = Math.max(most, ++now);
        asked.push(query.text);
        await Promise.resolve();
        now--;
        return answer(query.text);
      },
    };
    return { world, asked, most: () => most };
  };
  const chain = (...names: string[]) => check((_, read) => healthy(names.map((name) => read(number(name))).join()));

  it("fetches each query once, whoever asks, and never more at once than allowed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (wanted, parallel) => {
          const { world, asked, most } = counting();
          const { value } = await collect(
            (had) =>
              assessAll(
                wanted.map((names) => chain(...names)),
                fleet,
                given,
                had,
              ),
            world,
            { parallel, passes: 12, reads: 100 },
          );
          expect(value.every((finding) => finding.is === "healthy")).toBe(true);
          expect([...asked].sort()).toEqual([...new Set(wanted.flat())].sort());
          expect(most()).toBeLessThanOrEqual(parallel);
        },
      ),
      { numRuns: 50 },
    );
  });
  it("ends though a check always asks for more, and says unknown", async () => {
    let n = 0;
    const greedy = check((_, read) => healthy(String(read(number(`more-${n++}`)))));
    const { value } = await collect((had) => assess(greedy, fleet, given, had), counting().world, { parallel: 2, passes: 5, reads: 8 });
    expect(value.is).toBe("unknown");
  });
  describe("what a list holds", () => {
    const list: Query<unknown> = {
      source: "kubernetes",
      text: "all",
      parse: (raw) => raw,
      holds: (raw) => new Map(Object.entries(raw as Readonly<Record<string, unknown>>)),
    };
    const listing = (name: string) => (name === "all" ? seen({ a: 7 }) : seen(1));
    const listed = (...names: string[]) =>
      check((_, read) => {
        read(list);
        return healthy(names.map((name) => read(number(name))).join());
      });

    it("is not fetched again, and stands in the evidence under its own name", async () => {
      const { world, asked } = counting(listing);
      const { value, evidence: had } = await collect((of) => assess(listed("a"), fleet, given, of), world);
      expect(value).toMatchObject({ says: "7", evidence: [digest({ a: 7 }), digest(7)] });
      expect(asked).toEqual(["all"]);
      expect(had.get(key(number("a")))).toEqual(seen(7));
    });
    it("says nothing of what it does not hold: that is fetched", async () => {
      const { world, asked } = counting(listing);
      expect((await collect((of) => assess(listed("a", "b"), fleet, given, of), world)).value).toMatchObject({ says: "7,1" });
      expect(asked).toEqual(["all", "b"]);
    });
    it("is nothing where the list could not be had", async () => {
      const { world, asked } = counting((name) => (name === "all" ? gone("403") : seen(1)));
      const either = check((_, read) => healthy(`${read.maybe(list).state} ${read(number("a"))}`));
      expect((await collect((of) => assess(either, fleet, given, of), world)).value).toMatchObject({ says: "unavailable 1" });
      expect(asked).toEqual(["all", "a"]);
    });
  });
  it("replays to the same answer over stored evidence", async () => {
    const { world } = counting((name) => (name === "b" ? gone("500") : seen(name.length)));
    const pass = (had: Evidence) => assessAll([chain("a", "b"), chain("a", "c")], fleet, given, had);
    const first = await collect(pass, world);
    expect(pass(first.evidence)).toEqual({ value: first.value, wants: [] });
  });
});
