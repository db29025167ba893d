import { setImmediate as turn } from "node:timers/promises";

/**
 * Runs all, at most `limit` at once, and waits for all of them, also for those after a failure. Results in the order of the items. Between two
 * items everything else gets its turn: a database in the same process answers at once, and a storm would stop the clock.
 * Once `enough` says so nothing more is begun: the rest fails with its reason.
 */
export async function bounded<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
  enough?: AbortSignal,
): Promise<readonly PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) {
      await turn();
      const [result] = enough?.aborted ? [{ status: "rejected", reason: enough.reason } as const] : await Promise.allSettled([run(item)]);
      results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
