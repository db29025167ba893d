import { describe, expect, test } from "vitest";
import { inRounds } from "../../../local/patrol/rounds.ts";

/** Pauses that end when the test says so. */
function clock() {
  const pauses: number[] = [];
  let end: () => void = () => {};
  const pause = (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      pauses.push(milliseconds);
      end = resolve;
      signal.addEventListener("abort", () => resolve());
    });
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const next = async () => {
    end();
    await settled();
  };
  return { pauses, pause, settled, next };
}
const failed = (error: unknown) => {
  throw error;
};

describe("rounds", () => {
  test("come at once, and again after each pause", async () => {
    const { pauses, pause, settled, next } = clock();
    let count = 0;
    const rounds = inRounds(async () => void count++, { everySeconds: 300, random: () => 0.5, failed, pause });
    await settled();
    expect(count).toBe(1);
    await next();
    await next();
    expect(count).toBe(3);
    expect(pauses).toEqual([300_000, 300_000, 300_000]);
    await rounds.stop();
    expect(count).toBe(3);
  });

  test.each([
    [0, 270_000],
    [0.5, 300_000],
    [1, 330_000],
  ])("with random %f the pause is %i ms", async (random, milliseconds) => {
    const { pauses, pause, settled } = clock();
    const rounds = inRounds(async () => {}, { everySeconds: 300, jitter: 0.1, random: () => random, failed, pause });
    await settled();
    await rounds.stop();
    expect(pauses[0]).toBeCloseTo(milliseconds);
  });

  test("go on after one that failed", async () => {
    const { pause, settled, next } = clock();
    const errors: unknown[] = [];
    let count = 0;
    const work = async () => {
      if (++count === 1) throw new Error("first");
    };
    const rounds = inRounds(work, { everySeconds: 1, random: () => 0.5, failed: (error) => errors.push(error), pause });
    await settled();
    await next();
    expect(count).toBe(2);
    expect(errors).toEqual([new Error("first")]);
    await rounds.stop();
  });

  test("stop when the one under way is over, and no other begins", async () => {
    const { pauses, pause, settled } = clock();
    let finish: () => void = () => {};
    let count = 0;
    const work = () => {
      count++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    };
    const rounds = inRounds(work, { everySeconds: 1, random: () => 0.5, failed, pause });
    await settled();
    let stopped = false;
    const stopping = rounds.stop().then(() => {
      stopped = true;
    });
    await settled();
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect([count, pauses.length]).toEqual([1, 0]);
  });

  test("stop without waiting for the end of a pause", async () => {
    const rounds = inRounds(async () => {}, { everySeconds: 3600, random: () => 0.5, failed });
    await Promise.resolve();
    await expect(rounds.stop()).resolves.toBeUndefined();
  });
});
