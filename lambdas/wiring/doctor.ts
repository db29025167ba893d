import { reviewer } from "../../adapters/kubernetes/review.ts";
import { examine, type Probe, type Seen } from "../doctor/handler.ts";
import { connectionTo, worldOfCluster } from "./clusters.ts";
import { clock, log, policy } from "./common.ts";

/** Answers a probe as this function's role. Rejects where the policy does not say where the cluster is. */
export async function probed(probe: Probe): Promise<Seen> {
  const { cluster } = probe.doctor;
  log({ level: "info", message: "doctor", cluster });
  const connection = await connectionTo(cluster);
  return examine(probe, { world: await worldOfCluster(cluster), review: reviewer(connection), policy: policy(), clock });
}
