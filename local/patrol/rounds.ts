import { setTimeout } from "node:timers/promises";

export interface Rounds {
  readonly everySeconds: number;
  /** Share of the time by which a pause may be longer or shorter, so that many do not meet. */
  readonly jitter?: number;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Of a round that failed: the next one comes all the same. */
  readonly failed: (error: unknown) => void;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Does the work at once, and again after each pause, one round at a time, until it is stopped. `stop` resolves when the round under way is over.
 */
export function inRounds(work: () => Promise<void>, rounds: Rounds): { stop(): Promise<void> } {
  const { everySeconds, jitter = 0.1, random, failed, pause = (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }) } = rounds;
  const stopping = new AbortController();
  const { signal } = stopping;
  const going = (async () => {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        failed(error);
      }
      const stretch = 1 + jitter * (2 * random() - 1);
      if (!signal.aborted) await pause(everySeconds * stretch * 1000, signal).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await going;
    },
  };
}
