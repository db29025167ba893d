import { collect } from "../../kernel/collect.ts";
import type { Ledger, World } from "../../kernel/ports.ts";
import { run } from "../../kernel/suspend.ts";
import type { Instant, Policy } from "../../kernel/types/index.ts";
import { type Find, finds } from "../../runbook/patrol.ts";
import { bounded } from "../ingest/bounded.ts";
import type { Reply } from "../ingest/reply.ts";
import { isNews } from "./news.ts";
import { patrolBody } from "./report.ts";

export interface Ports {
  readonly cluster: string;
  readonly world: World;
  readonly policy: Policy;
  readonly ledger: Pick<Ledger, "view">;
  /** The way in of all alerts, as source `patrol`. */
  readonly deliver: (body: string) => Promise<Pick<Reply, "status">>;
  readonly clock: () => Instant;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string } & Readonly<Record<string, unknown>>) => void;
}
/** What a round came to. `blind`: the cluster could not be read, which says nothing about it. */
export type Patrolled =
  | { readonly did: "look"; readonly at: Instant; readonly finds: readonly Find[]; readonly told: number }
  | { readonly did: "blind"; readonly at: Instant; readonly reason: string };

/** Lists of the cluster, and for each owner that is found at most two objects: more than one incident may read. */
const limit = { parallel: 8, passes: 12, reads: 4000 };
const parallel = 8;

/** One look at the whole cluster, reading only. What is found, and is news, goes in like any other alert: one for each owner. */
export async function patrol(ports: Ports): Promise<Patrolled> {
  const { cluster, world, policy, clock, log } = ports;
  const at = clock();
  const given = { cluster, policy, now: at };
  const { value: looked } = await collect(
    (evidence) => {
      const ran = run((read) => finds(read, given), evidence);
      return { value: ran, wants: ran.did === "miss" ? ran.queries : [] };
    },
    world,
    limit,
  );
  if (looked.did === "finish") return { did: "look", at, finds: looked.value, told: await tell(looked.value, at, ports) };
  const reason = looked.did === "fail" ? looked.reason : "there is more to read than may be read at once";
  log({ level: "error", message: `the patrol could not see the cluster: ${reason}`, cluster });
  return { did: "blind", at, reason };
}

/** How many were told. A delivery that fails is made again by the next round, for then they are still news. */
async function tell(found: readonly Find[], now: Instant, { cluster, ledger, deliver, log }: Ports): Promise<number> {
  // Where the ledger cannot say, the find is told: the way in joins what is open already.
  const judged = await bounded(found, parallel, (find) => isNews(find, { cluster, ledger, now }).catch(() => true));
  const news = found.filter((_, index) => judged[index]?.status === "fulfilled" && judged[index].value);
  if (news.length === 0) return 0;
  try {
    const { status } = await deliver(patrolBody(cluster, news));
    if (status === 200) return news.length;
    log({ level: "error", message: `${news.length} finds of the patrol were not taken: ${status}`, cluster });
  } catch (error) {
    log({
      level: "error",
      message: `${news.length} finds of the patrol were not taken: ${error instanceof Error ? error.name : "error"}`,
      cluster,
    });
  }
  return 0;
}
