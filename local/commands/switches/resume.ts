import { own } from "../../../kernel/own.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import type { Kind } from "../../../kernel/types/index.ts";
import { print, say } from "../../console/say.ts";
import { type State, switches } from "../../console/switches.ts";
import { count } from "../../console/tell.ts";
import { withLedger, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../mistakes.ts";
import type { ResumeOptions } from "../switches.ts";
import { clusterIn, stateOf } from "./state.ts";

export async function resume({ cluster, breaker, ...where }: ResumeOptions): Promise<number> {
  const clusters = await withReading(where, async (ledger) => ledger.clusters());
  const named = cluster === undefined ? undefined : clusterIn(clusters, cluster);
  return withLedger(where, async (ledger) => {
    if (breaker) say(await closeBreaker(breaker, named ?? only(clusters), ledger));
    else await ledger.setSwitch(named === undefined ? "all" : { cluster: named }, { state: "off" });
    const state = await stateOf(clusters, ledger, where);
    print(switches(state));
    return codeOf(state);
  });
}

/** A switch that is off permits nothing where AWS lets nothing run. */
function codeOf({ held }: State): number {
  if (held && held.stopped.length > 0) return exitCodes.fault;
  return held && held.untold.length > 0 ? exitCodes.unknown : exitCodes.fine;
}

function only(clusters: readonly string[]): string {
  const [one, ...others] = clusters;
  if (one !== undefined && others.length === 0) return one;
  throw new UsageError(`a breaker is one cluster's: say which with --cluster (${clusters.join(", ") || "there is none yet"})`);
}

/** Says what was done. The next failed proof counts from one again. Somebody else may write the cluster's state meanwhile: then once more. */
async function closeBreaker(kind: Kind, cluster: string, ledger: Ledger): Promise<string> {
  for (;;) {
    const seen = await ledger.cluster(cluster);
    const times = own(seen.failed, kind) ?? 0;
    if (times === 0) return `no breaker of ${kind} was open in ${cluster}: no proof of it has failed there since the last that did not`;
    const next = { ...seen, version: seen.version + 1, failed: { ...seen.failed, [kind]: 0 } };
    if (await ledger.setCluster(cluster, seen, next))
      return `the breaker of ${kind} in ${cluster} is closed: ${count(times, "failed proof")} in a row ${times === 1 ? "counts" : "count"} no more`;
  }
}
