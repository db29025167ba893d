import type { Definition } from "../../lib/definition.ts";

/** What `setTimeout` can wait for (24.8 days), less a margin: for more it would not wait at all. Who waits longer is asked again then. */
const longest = 24 * 86_400_000;

/**
 * By the names of the states that wait until a time, the milliseconds left now (read anew each time). At least one, so that others get their
 * turn. Reading throws where the state has no such time: the execution fails then, as it would on AWS.
 */
export function waitsOf({ States }: Definition, state: () => unknown): Readonly<Record<string, number>> {
  const waits = {};
  for (const [name, { Type, TimestampPath }] of Object.entries(States)) {
    if (Type === "Wait") Object.defineProperty(waits, name, { enumerable: true, get: () => left(state(), TimestampPath) });
  }
  return waits;
}

function left(state: unknown, path = ""): number {
  const name = /^\$\.(\w+)$/.exec(path)?.[1] ?? "";
  const until = Date.parse(String((state as Readonly<Record<string, unknown>> | null)?.[name]));
  if (Number.isNaN(until)) throw new TypeError(`there is no time at ${path}`);
  return Math.min(Math.max(until - Date.now(), 1), longest);
}
