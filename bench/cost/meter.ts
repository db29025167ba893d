import { AsyncLocalStorage } from "node:async_hooks";
import { metricLines } from "../../adapters/cloudwatch/emf.ts";
import type { Store } from "../../adapters/ledger/store.ts";
import type { Archive, World } from "../../kernel/ports.ts";
import type { Instant, Measure } from "../../kernel/types/index.ts";
import type { Round, Spent } from "./trace.ts";
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
    auditLines: 0,
    auditBytes: 0,
    recordBytes: 0,
    archiveBytes: 0,
  };
  transitions = 0;
  requests = 0;
  messages = 0;
  readonly #series = new Set<string>();
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
  /** A line of the audit log, which is written by a request of its own. */
  audited(line: string): void {
    this.total.auditLines++;
    this.total.auditBytes += Buffer.byteLength(line);
  }
  /** As the functions do: a line, out of which CloudWatch makes a value of each series. */
  tell(measures: readonly Measure[], at: Instant): void {
    for (const line of metricLines(measures, { stack: "remediator", at })) {
      this.log(line);
      for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics)
        for (const set of Dimensions) for (const { Name } of Metrics) this.#series.add([Name, ...set.map((name) => line[name])].join(" "));
    }
  }
  get series(): number {
    return this.#series.size;
  }

  /** What one function did that was called once, by itself. */
  round(name: string): Round {
    const spent = this.functions[name];
    if (!spent) throw new Error(`${name} was not called`);
    const { readUnits, logBytes, logLines } = this.total;
    return { ...spent, readUnits, logBytes, logLines, series: this.series };
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
