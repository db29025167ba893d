import type { Ledger, Starter, Waker } from "../kernel/ports.ts";
import { progress, untaken } from "../kernel/progress.ts";
import { milliseconds } from "../kernel/time.ts";
import type { Incident, IncidentId, Instant } from "../kernel/types/index.ts";
import type { Engine } from "./engine/engine.ts";

export interface Tending {
  readonly ledger: Pick<Ledger, "open" | "view" | "token"> & {
    /** Another number whenever another process has written. */
    changes(): number;
  };
  readonly engine: Pick<Engine, "running" | "cutWaits">;
  readonly starter: Starter;
  readonly waker: Waker;
  readonly isOurs: (incident: Incident) => boolean;
  readonly clock: () => Instant;
}
export interface Tender {
  /** Starts what is open and does not run, and wakes who waits for an answer that was given elsewhere. */
  tend(): Promise<void>;
  /** An approval waits: until it is answered it is looked at. */
  asked(id: IncidentId): void;
}

/** Where no other process writes, what runs here is known: then one looks so often for what has stopped, in milliseconds. */
const ownEveryMs = 5000;

/** Looks after the incidents of one data folder. Costs a question to the ledger for what is open, and reads the stories of those who were asked, no others. */
export function tender({ ledger, engine, starter, waker, isOurs, clock }: Tending): Tender {
  const asked = new Set<IncidentId>();
  let seen: number | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const isDue = (): boolean => {
    const [changes, now] = [ledger.changes(), milliseconds(clock())];
    if (changes === seen && now - last < ownEveryMs) return false;
    [seen, last] = [changes, now];
    return true;
  };
  const wakeAnswered = async (id: IncidentId): Promise<void> => {
    const view = await ledger.view(id);
    if (!view) return;
    const at = progress(view.story);
    if (!at.asked || at.closed) return void asked.delete(id);
    if (!at.answers.has(at.asked.plan) && untaken(view, at).length === 0) return;
    const token = await ledger.token(id);
    if (token) await waker.wake(token);
    // Near its deadline it waits elsewhere, where no token wakes it.
    if (view.story.at(-1)?.type === "answered") engine.cutWaits(id);
  };
  return {
    asked: (id) => void asked.add(id),
    tend: async () => {
      if (!isDue()) return;
      for (const incident of await ledger.open()) if (isOurs(incident) && !engine.running(incident.id)) await starter.start(incident.id);
      for (const id of [...asked]) await wakeAnswered(id);
    },
  };
}
