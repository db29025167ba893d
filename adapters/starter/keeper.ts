import type { Keeper } from "../../kernel/ports.ts";
import { keepRunning, type Machine } from "./sfn.ts";

/** Clocks differ, and an answer takes its time: an execution that is not older than this was started by the question. */
const freshMs = 10_000;

/** Like the starter, for whoever has just read the incident, and wants to know whether it ran. `now`: milliseconds since 1970. */
export const sfnKeeper = ({ now, ...machine }: Machine & { readonly now: () => number }): Keeper => ({
  keep: async (seen) => {
    const asked = now();
    const since = await keepRunning(machine, seen);
    if (since === undefined) return "closed";
    return since > asked - freshMs ? "started" : "running";
  },
});
