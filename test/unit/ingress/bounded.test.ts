import { describe, expect, it } from "vitest";
import { bounded } from "../../../lambdas/ingest/bounded.ts";

const numbers = Array.from({ length: 40 }, (_, n) => n);

describe("many at once, within bounds", () => {
  it("gives the results in the order of the items, failures among them", async () => {
    const results = await bounded(numbers, 7, async (n) => {
      if (n % 3 === 0) throw new Error(`no ${n}`);
      return n * 2;
    });
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)))).toEqual(
      numbers.map((n) => (n % 3 === 0 ? `Error: no ${n}` : n * 2)),
    );
  });

  it("never has more under way than it may, and uses what it may", async () => {
    let now = 0;
    let most = 0;
    await bounded(numbers, 7, async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    });
    expect(most).toBe(7);
  });

  it("lets everything else have its turn, though what it runs answers at once", async () => {
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 0);
    const spent = () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
    };
    await bounded(numbers, 2, async () => spent());
    clearInterval(others);
    expect(turns).toBeGreaterThan(5);
  });

  it("begins nothing once it is enough, and says so of each that was not begun", async () => {
    const enough = new AbortController();
    const begun: number[] = [];
    const run = async (n: number) => {
      begun.push(n);
      if (n === 10) enough.abort(new Error("enough"));
      return n;
    };
    const results = await bounded(numbers, 1, run, enough.signal);
    expect(begun).toHaveLength(11);
    expect(results.slice(11).map((result) => (result.status === "rejected" ? String(result.reason) : result.value))).toEqual(
      Array(29).fill("Error: enough"),
    );
  });

  it("does nothing with nothing", async () => expect(await bounded([], 5, () => Promise.reject(new Error()))).toEqual([]));
});
