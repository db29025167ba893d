import { setTimeout as wait } from "node:timers/promises";
import { digest } from "../../kernel/digest.ts";
import { Unreachable } from "../../kernel/ports.ts";
import type { LedgerRecord, Some } from "../../kernel/types/index.ts";
import { recordOf } from "./items.ts";
import { recordKey } from "./keys.ts";
import { limits, type Store, type Write } from "./store.ts";

/** How often a transaction is sent while no answer comes. The store itself has tried several times before it says so. */
const attempts = 3;

/**
 * Writes what begins with `first`. Where it is refused, or no answer comes, it looks what stands in `first`'s place: our
 * own record, known by its hash (the nonce is in it), means that an earlier attempt was written. Gives the places of the steps that were
 * refused; none means that it stands. Rejects with `Unreachable` where nothing stands there yet: whoever reads the incident next finds it.
 */
export async function commit(store: Store, writes: Some<Write>, first: LedgerRecord): Promise<readonly number[]> {
  const size = writes.reduce((sum, write) => sum + ("fields" in write ? Buffer.byteLength(JSON.stringify(write.fields)) : 0), 0);
  if (size > limits.transactionBytes || writes.length > limits.transactionItems) {
    throw new RangeError(`${writes.length} items of ${size} bytes are too much for one transaction on ${first.incidentId}`);
  }
  const token = digest([first.nonce, first.hash]);
  for (let attempt = 1; ; attempt++) {
    try {
      const refused = await store.transact(writes, token);
      return refused.length > 0 && (await standing(store, first)) === "ours" ? [] : refused;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const there = await standing(store, first);
      if (there === "ours") return [];
      if (there === "another's") return [writes.findIndex((write) => write.do === "record")];
      if (attempt === attempts) throw error;
    }
    await pause(attempt);
  }
}

async function standing(store: Store, { incidentId, seq, hash }: LedgerRecord): Promise<"ours" | "another's" | "nothing"> {
  const there = await store.record(recordKey(incidentId, seq));
  if (there === undefined) return "nothing";
  return recordOf(there, `record ${seq} of ${incidentId}`).hash === hash ? "ours" : "another's";
}

/** Waits a little, at random, so that those who met each other do not meet again: on average 4 ms, then 8, up to 128. */
export const pause = (attempt: number): Promise<void> => wait(Math.random() * 2 ** Math.min(attempt + 2, 8));
