import { nearest } from "../../../adapters/policy/nearest.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import type { State } from "../../console/switches.ts";
import { UsageError } from "../mistakes.ts";
import type { Where } from "../options.ts";
import type { Held } from "./held.ts";

/** All switches, what counts towards the breakers, and of a stack whether the emergency stop holds. */
export async function stateOf(clusters: readonly string[], ledger: Pick<Ledger, "switchOf" | "cluster">, where: Where): Promise<State> {
  const each = clusters.map(async (name) => ({
    name,
    stop: await ledger.switchOf({ cluster: name }),
    failed: (await ledger.cluster(name)).failed,
  }));
  const held = await heldOf(where);
  return { all: await ledger.switchOf("all"), clusters: await Promise.all(each), ...(held ? { held } : {}) };
}

/** Loads the clients of AWS only where there is something to ask them. */
async function heldOf(where: Where): Promise<Held | undefined> {
  if (where.stack === undefined) return undefined;
  const { heldWriters } = await import("./held.ts");
  return heldWriters(where);
}

/** A stop with a slip in its name would stop nothing, and look as if it did. */
export function clusterIn(clusters: readonly string[], name: string): string {
  if (clusters.includes(name)) return name;
  const near = nearest(name, clusters);
  throw new UsageError(
    `there is no cluster ${name} in this ledger${near ? `: did you mean ${near}?` : clusters.length > 0 ? `: it has ${clusters.join(", ")}` : ""}`,
  );
}
