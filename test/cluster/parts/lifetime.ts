import type { Part } from "./process.ts";

/** Everything that has to end again: processes, listeners, kept connections. */
export class Lifetime {
  readonly pids: number[] = [];
  private readonly ends: (() => Promise<void>)[] = [];
  private over = false;

  /** Notes what ends something. After `stop` it ends at once, for a start may fail while other parts of it still go on. */
  readonly until = (end: () => Promise<void>): void => {
    if (this.over) void end();
    else this.ends.push(end);
  };

  readonly started = (part: Part): void => {
    this.pids.push(part.pid);
    this.until(part.stop);
  };

  /** Ends all, the last first: what asks ends before what it asks. */
  readonly stop = async (): Promise<void> => {
    this.over = true;
    for (const end of this.ends.splice(0).reverse()) await end();
  };
}
