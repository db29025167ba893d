import { digest } from "./digest.ts";
import type { Observed, Query, Source } from "./types/index.ts";

interface Held {
  readonly source: Source;
  readonly at: Observed<unknown>["at"];
  readonly answers: ReadonlyMap<string, unknown>;
}

/** What lists told of single objects. That a list lacks one says nothing: it may have been a list of others. */
export class Listed {
  readonly #lists: Held[] = [];

  add({ source, holds }: Query<unknown>, observed: Observed<unknown>): void {
    if (holds && observed.state === "observed") this.#lists.push({ source, at: observed.at, answers: holds(observed.value) });
  }

  /** As if it had been asked when its list was, with an address of its own. */
  find({ source, text }: Query<unknown>): Observed<unknown> | undefined {
    const list = this.#lists.findLast((one) => one.source === source && one.answers.has(text));
    if (!list) return undefined;
    const value = list.answers.get(text);
    return { state: "observed", value, at: list.at, ref: digest(value) };
  }
}
