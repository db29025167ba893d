import { AsyncLocalStorage } from "node:async_hooks";
import type { Store } from "../../adapters/ledger/store.ts";
import type { Archive, World } from "../../kernel/ports.ts";
import type { Spent } from "./trace.ts";
import { readUnits, sizeOf, writeUnits } from "./units.ts";

const nothing = (): Spent => ({ calls: 0, ms: 0, ledger: 0, archive: 0, world: 0 });

/** Counts what functions do, each under its name. What is done outside of them is not counted. */
export class Meter {
  readonly functions: Record<string, Spent> = {};
  readonly total = {
    readUnits: 0,
    writeUnits: 0,
    puts: 0,
    gets: 0,
    logLines: 0,
    logBytes: 0,
    auditBytes: 0,
    recordBytes: 0,
    archiveBytes: 0,
  };
  transitions = 0;
  requests = 0;
  messages = 0;
  readonly #current = new AsyncLocalStorage<Spent>();

  /** Runs a function as the one of this name. */
  async measure<T>(name: string, run: () => Promise<T>): Promise<T> {
    const spent = this.functions[name] ?? nothing();
    this.functions[name] = spent;
    spent.calls++;
    const began = performance.now();
    try {
      return await this.#current.run(spent, run);
    } finally {
      spent.ms += performance.now() - began;
    }
  }

  log(line: unknown): void {
    this.total.logLines++;
    this.total.logBytes += Buffer.byteLength(JSON.stringify(line));
  }
  audit(line: unknown): void {
    this.total.auditBytes += Buffer.byteLength(JSON.stringify(line));
  }

  store(inner: Store): Store {
    const read = <T>(asked: Promise<T>, items: (answer: T) => Parameters<typeof readUnits>[0]) =>
      this.#count("ledger", asked, (answer) => {
        this.total.readUnits += readUnits(items(answer));
      });
    return {
      get: (key) => read(inner.get(key), (fields) => (fields ? [{ key, fields }] : [])),
      record: (key) => read(inner.record(key), (fields) => (fields ? [{ key, fields }] : [])),
      list: (...of) => read(inner.list(...of), (items) => items),
      records: (...of) => read(inner.records(...of), (items) => items),
      transact: async (writes, token) => {
        const units = await writeUnits(writes, inner.get);
        return this.#count("ledger", inner.transact(writes, token), () => {
          this.total.writeUnits += units;
          for (const write of writes) if (write.do === "record") this.total.recordBytes += sizeOf(write);
        });
      },
    };
  }

  archive(inner: Archive): Archive {
    return {
      put: (bytes, kind) =>
        this.#count("archive", inner.put(bytes, kind), () => {
          this.total.puts++;
          this.total.archiveBytes += Buffer.byteLength(bytes);
        }),
      get: (address) =>
        this.#count("archive", inner.get(address), () => {
          this.total.gets++;
        }),
    };
  }

  world = (inner: World): World => ({ fetch: (query) => this.#count("world", inner.fetch(query), () => {}) });

  async #count<T>(what: "ledger" | "archive" | "world", asked: Promise<T>, note: (answer: T) => void): Promise<T> {
    const spent = this.#current.getStore();
    const answer = await asked;
    if (spent) {
      spent[what]++;
      note(answer);
    }
    return answer;
  }
}
