import { nearest } from "../../../adapters/policy/nearest.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import type { State } from "../../console/switches.ts";
import { UsageError } from "../mistakes.ts";

/** All switches, and what counts towards the breakers. */
export async function stateOf(clusters: readonly string[], ledger: Pick<Ledger, "switchOf" | "cluster">): Promise<State> {
  const each = clusters.map(async (name) => ({
    name,
    stop: await ledger.switchOf({ cluster: name }),
    failed: (await ledger.cluster(name)).failed,
  }));
  return { all: await ledger.switchOf("all"), clusters: await Promise.all(each) };
}

/** A stop with a slip in its name would stop nothing, and look as if it did. */
export function clusterIn(clusters: readonly string[], name: string): string {
  if (clusters.includes(name)) return name;
  const near = nearest(name, clusters);
  throw new UsageError(
    `there is no cluster ${name} in this ledger${near ? `: did you mean ${near}?` : clusters.length > 0 ? `: it has ${clusters.join(", ")}` : ""}`,
  );
}
