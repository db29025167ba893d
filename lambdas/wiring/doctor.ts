import { reviewer } from "../../adapters/kubernetes/review.ts";
import { examine, type Probe, type Seen } from "../doctor/handler.ts";
import { type By, wayToCluster } from "./clusters.ts";
import { clock, log, policy } from "./common.ts";
import type { Metrics } from "./way.ts";

/** Answers a probe as this function's role. Rejects where there is no way into the cluster. */
export async function probed(probe: Probe, by: By, metrics?: Metrics): Promise<Seen> {
  const { cluster } = probe.doctor;
  log({ level: "info", message: "doctor", cluster });
  const { world, connection } = wayToCluster(cluster, by, metrics);
  return examine(probe, { world, review: reviewer(await connection()), policy: policy(), clock });
}
