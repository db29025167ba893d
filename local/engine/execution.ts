import { setImmediate as turn } from "node:timers/promises";
import type { IncidentId } from "../../kernel/types/index.ts";
import { type Ending, type Json, Leg, type Listener, type Shared } from "./leg.ts";

/**
 * One execution. The library cannot end a wait early, so it is run in legs: a wait that is cut ends its leg, and the next leg begins with the
 * state as it was, at the definition's beginning. That is where every wait leads to, for Decide is the hub.
 */
export class Execution {
  readonly id: IncidentId;
  readonly name: string;
  readonly ended: Promise<Ending>;
  readonly #on: Shared;
  readonly #listener: Listener;
  readonly #working = new Set<Promise<unknown>>();
  #leg: Leg;
  #aborted = false;

  constructor(id: IncidentId, name: string, on: Shared, moved: Listener["moved"]) {
    this.id = id;
    this.name = name;
    this.#on = on;
    this.#listener = { moved, called: (work) => this.#keep(work) };
    this.#leg = this.#begin({ id });
    this.ended = this.#follow();
  }

  /** The state that it is in. */
  get state(): string {
    return this.#leg.at.name;
  }

  /** Ends its wait now; false where it is in none. */
  cutWait(): boolean {
    if (this.#aborted || !this.#leg.waits) return false;
    this.#leg.end("cut");
    return true;
  }

  /** Goes no further. A function that is running is not torn away: this waits for its end. */
  async abort(): Promise<void> {
    this.#aborted = true;
    this.#leg.end("ended");
    await this.ended;
    await Promise.allSettled(this.#working);
    await turn(); // the library clears its timers
  }

  async #follow(): Promise<Ending> {
    for (;;) {
      const ending = await this.#leg.ending();
      if (this.#aborted) return { status: "ABORTED" };
      if (ending !== "cut") return ending;
      this.#leg = this.#begin(this.#leg.at.input);
    }
  }

  #begin(input: Json): Leg {
    return new Leg(input, this.#on, this.#listener);
  }

  #keep(work: Promise<unknown>): void {
    this.#working.add(work);
    const done = () => this.#working.delete(work);
    work.then(done, done);
  }
}
