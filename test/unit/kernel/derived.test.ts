import { describe, expect, it } from "vitest";
import { healthy } from "../../../kernel/answers.ts";
import { assess } from "../../../kernel/assess.ts";
import { bounds, collect, type Derive } from "../../../kernel/collect.ts";
import { digest } from "../../../kernel/digest.ts";
import type { World } from "../../../kernel/ports.ts";
import { key } from "../../../kernel/suspend.ts";
import type { Check, Fleet, Observed, Query } from "../../../kernel/types/index.ts";
import { aPolicy, at, t0 } from "../../support/incidents.ts";

const given = { cluster: "prod", policy: aPolicy(), now: t0 };
const fleet: Fleet = { on: "fleet" };
const number = (text: string): Query<number> => ({ source: "kubernetes", text, parse: Number });
const sum: Query<number> = { source: "derived", text: "sum", parse: Number };
const reads = (...queries: readonly Query<number>[]): Check<Fleet> => ({
  id: "test",
  section: "",
  asks: "",
  assess: (_, read) => healthy(queries.map((query) => read(query)).join()),
});

/** Answers with the length of the name, or not at all; each a second later than the one before. */
function world(missing: readonly string[] = []): { world: World; asked: string[] } {
  const asked: string[] = [];
  const fetch = async ({ text }: Query<unknown>): Promise<Observed<unknown>> => {
    asked.push(text);
    const when = at(asked.length);
    return missing.includes(text)
      ? { state: "unavailable", reason: `no ${text}`, at: when }
      : { state: "observed", value: text.length, at: when, ref: digest(text.length) };
  };
  return { world: { fetch }, asked };
}
/** Counts how often it is worked out to the end. */
function adding(): { derive: Derive; times: () => number } {
  let times = 0;
  const derive: Derive = (_text, read) => {
    const [a, b] = read.all(number("a"), number("bb"));
    times++;
    return a + b;
  };
  return { derive, times: () => times };
}

describe("what is derived", () => {
  it("is worked out once, of what is then read, and stands in the evidence, as old as the oldest of it", async () => {
    const { world: outside, asked } = world();
    const { derive, times } = adding();
    const pass = (seen: Parameters<typeof assess>[3]) => assess(reads(number("ccc"), sum, number("a")), fleet, given, seen);
    const { value, evidence } = await collect(pass, outside, bounds, derive);
    expect(value).toMatchObject({ is: "healthy", says: "3,3,1" });
    expect(asked).toEqual(["ccc", "a", "bb"]);
    expect(times()).toBe(1);
    expect(evidence.get(key(sum))).toEqual({ state: "observed", value: 3, at: at(1), ref: digest(3) });
    // Who has the evidence needs nobody to work it out.
    expect(pass(evidence)).toEqual({ value, wants: [] });
  });

  it.each([["a"], ["bb"]])("is not known where %s of it is not, and says why", async (missing) => {
    const { world: outside } = world([missing]);
    const { value } = await collect((seen) => assess(reads(sum), fleet, given, seen), outside, bounds, adding().derive);
    expect(value).toMatchObject({ is: "unknown", says: `no ${missing}` });
  });

  it("is not known where nobody works it out, and the world is not asked for it", async () => {
    const { world: outside, asked } = world();
    const { value } = await collect((seen) => assess(reads(sum), fleet, given, seen), outside);
    expect(value).toMatchObject({ is: "unknown", says: "nobody here knows how to work out the sum" });
    expect(asked).toEqual([]);
  });

  it("counts as read, so that it may be past the bounds", async () => {
    const { world: outside } = world();
    const limit = { ...bounds, reads: 2 };
    const { value, evidence } = await collect((seen) => assess(reads(sum), fleet, given, seen), outside, limit, adding().derive);
    expect(value.is).toBe("unknown");
    expect(evidence.get(key(sum))).toMatchObject({ state: "unavailable" });
  });
});
