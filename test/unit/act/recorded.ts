import type { Archive, Ledger, Permit, Permitted, World, Writer } from "../../../kernel/ports.ts";
import type { Rules } from "../../../kernel/rules.ts";
import type { Done, Guard, Observed, Query, Remedy, Some } from "../../../kernel/types/index.ts";

/** What the one pair of hands does that tests give to every capability. */
export interface Hands {
  rehearse(remedy: Remedy): Promise<Done>;
  write(permit: Permit): Promise<Done>;
  reconcile(permitted: Permitted): Promise<Done | "unknown">;
}
const applied: Done = { effect: "applied", says: "done" };
export const willing = (): Hands => ({ rehearse: async () => applied, write: async () => applied, reconcile: async () => applied });

/** Writes down, in order, what is done to the outside; what is repeated without anything between stands once. */
export class Recorder {
  readonly calls: string[] = [];
  readonly queries: string[] = [];
  readonly written: Permit[] = [];

  #note(call: string): void {
    if (this.calls.at(-1) !== call) this.calls.push(call);
  }
  forget(): void {
    this.calls.length = 0;
    this.queries.length = 0;
  }
  /** Reads and guards take turns until nothing is missing, and stand as one. */
  steps(): readonly string[] {
    return this.calls
      .join(" > ")
      .replace(/(guards|read)( > (guards|read))+/g, "fresh reads and guards")
      .split(" > ");
  }

  archive(inner: Archive): Archive {
    return {
      get: inner.get,
      put: (bytes, kind) => {
        this.#note(`keep ${kind}`);
        return inner.put(bytes, kind);
      },
    };
  }
  ledger(inner: Ledger): Ledger {
    return {
      ...inner,
      append: (seen, entries, ...rest) => {
        this.#note(`record ${entries.map(({ type }) => type).join(", ")}`);
        return inner.append(seen, entries, ...rest);
      },
      permit: (seen, intent, next, by, now) => {
        this.#note("permit");
        return inner.permit(seen, intent, next, by, now);
      },
    };
  }
  world(fetch: (query: Query<unknown>) => Promise<Observed<unknown>>): World {
    return {
      fetch: (query) => {
        this.#note("read");
        this.queries.push(query.text);
        return fetch(query);
      },
    };
  }
  rules(inner: Rules): Rules {
    const noted = (guard: Guard): Guard => ({
      ...guard,
      rule: (situation, read) => {
        this.#note("guards");
        return guard.rule(situation, read);
      },
    });
    const [first, ...rest] = inner.guards;
    const guards: Some<Guard> = [noted(first), ...rest.map(noted)];
    return { ...inner, guards };
  }
  writer(hands: Hands): Writer {
    return {
      rehearse: (remedy) => {
        this.#note("rehearse");
        return hands.rehearse(remedy);
      },
      write: (permit) => {
        this.#note("write");
        this.written.push(permit);
        return hands.write(permit);
      },
      reconcile: (permitted) => {
        this.#note("reconcile");
        return hands.reconcile(permitted);
      },
    };
  }
}
