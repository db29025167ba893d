import type { Ledger } from "../../../kernel/ports.ts";
import type { Kind } from "../../../kernel/types/index.ts";
import { print } from "../../console/say.ts";
import { switches } from "../../console/switches.ts";
import { withLedger, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../mistakes.ts";
import type { ResumeOptions } from "../switches.ts";
import { clusterIn, stateOf } from "./state.ts";

export async function resume({ cluster, breaker, ...where }: ResumeOptions): Promise<number> {
  const clusters = await withReading(where, async (ledger) => ledger.clusters());
  const named = cluster === undefined ? undefined : clusterIn(clusters, cluster);
  return withLedger(where, async (ledger) => {
    if (breaker) await closeBreaker(breaker, named ?? only(clusters), ledger);
    else await ledger.setSwitch(named === undefined ? "all" : { cluster: named }, { state: "off" });
    print(switches(await stateOf(clusters, ledger)));
    return exitCodes.fine;
  });
}

function only(clusters: readonly string[]): string {
  const [one, ...others] = clusters;
  if (one !== undefined && others.length === 0) return one;
  throw new UsageError(`a breaker is one cluster's: say which with --cluster (${clusters.join(", ") || "there is none yet"})`);
}

/** The next failed proof counts from one again. Somebody else may write the cluster's state meanwhile: then once more. */
async function closeBreaker(kind: Kind, cluster: string, ledger: Ledger): Promise<void> {
  for (;;) {
    const seen = await ledger.cluster(cluster);
    const next = { ...seen, version: seen.version + 1, failed: { ...seen.failed, [kind]: 0 } };
    if (await ledger.setCluster(cluster, seen, next)) return;
  }
}
