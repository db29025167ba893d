import type { IncidentId } from "../../kernel/types/index.ts";

export interface Bounds {
  /** So many executions are doing something at once: those that wait for a time or a person do not count. */
  readonly going: number;
  /** So many there are at once, with those that wait. */
  readonly all: number;
}
export interface Queueing {
  /** How many there are now. */
  readonly load: () => Bounds;
  readonly most: Bounds;
  readonly start: (id: IncidentId) => Promise<void>;
  readonly failed: (id: IncidentId, error: unknown) => void;
}
export interface Queue {
  /** Starts it as soon as there is room. The same one waits once. */
  add(id: IncidentId): void;
  /** There may be room by now. */
  look(): void;
  /** Starts nothing any more; resolves when what is being started is. */
  close(): Promise<void>;
}

/** Incidents whose execution is to be started, in the order in which they came. Who is in it is open in the ledger, and gets lost with nothing. */
export function startQueue({ load, most, start, failed }: Queueing): Queue {
  const waiting = new Set<IncidentId>();
  const starting = new Set<Promise<void>>();
  let closed = false;
  const isRoom = () => load().going + starting.size < most.going && load().all + starting.size < most.all;
  const look = () => {
    for (const id of waiting) {
      if (closed || !isRoom()) return;
      waiting.delete(id);
      const work: Promise<void> = start(id)
        .catch((error: unknown) => failed(id, error))
        .finally(() => {
          starting.delete(work);
          look();
        });
      starting.add(work);
    }
  };
  return {
    add: (id) => {
      waiting.add(id);
      look();
    },
    look,
    close: async () => {
      closed = true;
      await Promise.all(starting);
    },
  };
}
