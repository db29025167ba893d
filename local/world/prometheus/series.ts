import type { Labels } from "../kubernetes/objects.ts";

/** One series over time. All times in milliseconds since 1970. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Labels>;
  /** First scraped then. */
  readonly from: number;
  /** No longer scraped then; undefined while it is. */
  until?: number;
  valueAt(time: number): number;
}

/** How a counter grows by itself: steadily, or `by` at a time at every `everyMs` since `from + firstMs`. */
export interface Growth {
  readonly perSecond?: number;
  readonly rounds?: { readonly everyMs: number; readonly by: number; readonly firstMs: number };
}

/** A counter that starts at `start`, grows by itself, and is moved on by what happens. */
export class Counter implements Series {
  readonly name: string;
  readonly labels: Readonly<Labels>;
  readonly from: number;
  until?: number;
  readonly #growth: Growth;
  readonly #start: number;
  readonly #steps: { readonly at: number; readonly by: number }[] = [];

  constructor(name: string, labels: Readonly<Labels>, from: number, growth: Growth = {}, start = 0) {
    this.name = name;
    this.labels = labels;
    this.from = from;
    this.#growth = growth;
    this.#start = start;
  }

  add(by: number, at: number): void {
    this.#steps.push({ at, by });
  }

  valueAt(time: number): number {
    const { perSecond = 0, rounds } = this.#growth;
    const inRounds = rounds ? rounds.by * Math.max(0, Math.floor((time - this.from - rounds.firstMs) / rounds.everyMs) + 1) : 0;
    const steady = (perSecond * (time - this.from)) / 1000;
    return this.#start + steady + inRounds + this.#steps.reduce((sum, { at, by }) => (at <= time ? sum + by : sum), 0);
  }
}

/** A gauge keeps what it was set to last. */
export class Gauge implements Series {
  readonly name: string;
  readonly labels: Readonly<Labels>;
  readonly from: number;
  until?: number;
  readonly #values: { readonly at: number; readonly value: number }[];

  constructor(name: string, labels: Readonly<Labels>, from: number, value: number) {
    this.name = name;
    this.labels = labels;
    this.from = from;
    this.#values = [{ at: from, value }];
  }

  set(value: number, at: number): void {
    this.#values.push({ at, value });
  }

  valueAt(time: number): number {
    return this.#values.findLast(({ at }) => at <= time)?.value ?? 0;
  }
}

/** All series, also those that have ended: a query about the past finds them. */
export class Metrics {
  readonly #series: Series[] = [];

  add<S extends Series>(series: S): S {
    this.#series.push(series);
    return series;
  }
  /** Series with these labels among theirs that have not ended. */
  find(name: string, labels: Readonly<Labels> = {}): Series | undefined {
    return this.#series.find((each) => {
      return each.name === name && each.until === undefined && Object.entries(labels).every(([key, value]) => each.labels[key] === value);
    });
  }
  named(matches: (name: string) => boolean): readonly Series[] {
    return this.#series.filter(({ name }) => matches(name));
  }
}
