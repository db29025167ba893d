import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { connect } from "../../../adapters/kubernetes/connection.ts";
import { kubernetesReader } from "../../../adapters/kubernetes/read.ts";
import { worldOf } from "../../../adapters/world/index.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import { instant } from "../../../kernel/time.ts";
import type { Policy } from "../../../kernel/types/index.ts";
import type { RealCluster } from "../../cluster/parts/start.ts";
import type { PatrolPage } from "../../cluster/support/patrolled.ts";

/** The patrol looks at the cluster from now on, as a reader of its own, until what is given is called. Prometheus has its page. */
export function watchedBy(
  patrol: PatrolPage,
  { cluster, ledger, policy }: { readonly cluster: RealCluster; readonly ledger: Ledger; readonly policy: Policy },
): () => Promise<void> {
  const connection = connect(kubeConfigOf({ by: "kubeconfig", file: cluster.kubeconfig("reader") }), policy.timing.requestTimeoutSeconds);
  const world = worldOf({ kubernetes: kubernetesReader(connection), clock: () => instant(Date.now()) });
  const stop = patrol.look({ world, ledger, policy });
  return async () => {
    await stop();
    await connection.close();
  };
}
