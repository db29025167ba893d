import { ingest } from "../ingest/handler.ts";
import { archive } from "../wiring/archive.ts";
import { worldOfCluster } from "../wiring/clusters.ts";
import { clock, log, policy } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import { starter, waker } from "../wiring/workflow.ts";
import { type Patrolled, patrol } from "./handler.ts";

/** What the schedule of a cluster says. */
export interface Event {
  readonly cluster: string;
}

/** A round over one cluster. What it finds goes in like any other alert; what it came to is logged. */
export async function handler({ cluster }: Event): Promise<Patrolled["did"]> {
  const ports = { ledger: ledger(), archive: archive(), starter: starter(), waker: waker(), policy: policy(), clock, log };
  const sender = { name: "patrol", clusters: [cluster] };
  const deliver = (body: string) => ingest({ body, source: "patrol", sender }, ports);
  const world = worldOfCluster(cluster, "Patrol");
  const patrolled = await patrol({ cluster, world, policy: policy(), ledger: ledger(), deliver, clock, log });
  const { did } = patrolled;
  if (did === "look") log({ level: "info", message: "patrolled", cluster, finds: patrolled.finds.length, told: patrolled.told });
  return did;
}
