import type { Store } from "../../adapters/ledger/store.ts";
import { Unreachable } from "../../kernel/ports.ts";

/** What can come between a ledger and its store. */
export interface Faults {
  /** Runs before each transaction: what others do in the meantime. */
  readonly before?: () => Promise<unknown>;
  /** Asked after each transaction that was done; where it says true, the answer never arrives. */
  readonly lose?: () => boolean;
}

export function faulty(store: Store, { before, lose }: Faults): Store {
  return {
    ...store,
    transact: async (writes, token) => {
      await before?.();
      const refused = await store.transact(writes, token);
      if (lose?.()) throw new Unreachable("the connection was cut");
      return refused;
    },
  };
}

/** The first transaction gets no answer, and is only done when the second arrives. */
export function late(store: Store): Store {
  let first: (() => Promise<unknown>) | undefined;
  let calls = 0;
  return {
    ...store,
    transact: async (writes, token) => {
      if (++calls === 1) {
        first = () => store.transact(writes, token);
        throw new Unreachable("the connection was cut");
      }
      await first?.();
      return store.transact(writes, token);
    },
  };
}

/** Once, however often it is called. */
export function once(act: () => Promise<unknown>): () => Promise<unknown> {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await act();
  };
}
