import { alertmanagerReader } from "../../../adapters/alertmanager/read.ts";
import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { connect } from "../../../adapters/kubernetes/connection.ts";
import { kubernetesReader } from "../../../adapters/kubernetes/read.ts";
import { reviewer } from "../../../adapters/kubernetes/review.ts";
import { prometheusReader } from "../../../adapters/prometheus/read.ts";
import { worldOf } from "../../../adapters/world/index.ts";
import { instant } from "../../../kernel/time.ts";
import { examine } from "../../../lambdas/doctor/handler.ts";
import { accessOf, clusterOf } from "../../settings.ts";
import type { DoctorOptions } from "../doctor.ts";
import type { Line } from "./check.ts";
import { alarmed, allowed, type ClusterCheck, installed, type Mending, mayWrite, measured, reached } from "./checks/cluster.ts";
import type { Given } from "./doctor.ts";
import { allWrites, ownRights } from "./rights.ts";

const mending: Mending = {
  api: "try `kubectl get namespaces` with the same --kubeconfig and --context",
  prometheus: "give its address with --prometheus (such as http://127.0.0.1:9090, by `kubectl port-forward`)",
  alertmanager: "give its address with --alertmanager (such as http://127.0.0.1:9093, by `kubectl port-forward`)",
};

/** The same look at a cluster that the deployed functions take, with the rights of whoever types. */
export async function examineOwn(options: DoctorOptions, { policy }: Given): Promise<readonly Line[]> {
  const { prometheus, alertmanager } = options;
  const timeoutSeconds = policy.timing.requestTimeoutSeconds;
  const cluster = clusterOf(options);
  const clock = () => instant(Date.now());
  const connection = connect(kubeConfigOf(accessOf(options)), timeoutSeconds);
  const world = worldOf({
    kubernetes: kubernetesReader(connection),
    ...(prometheus ? { prometheus: prometheusReader({ url: prometheus, timeoutSeconds }, Date.now) } : {}),
    ...(alertmanager ? { alertmanager: alertmanagerReader({ url: alertmanager, timeoutSeconds }) } : {}),
    clock,
  });
  try {
    const { may } = ownRights();
    const rights = [...may, ...allWrites()];
    const seen = await examine({ doctor: { cluster, rights } }, { world, review: reviewer(connection), policy, clock });
    const checks: readonly ClusterCheck[] = [
      reached(mending),
      allowed(may),
      mayWrite(allWrites()),
      installed(policy.installation),
      measured(mending),
      alarmed(mending),
    ];
    return checks.map(({ id, of }) => ({ group: `cluster ${cluster}, as who you are`, id, ...of(seen) }));
  } finally {
    await connection.close();
  }
}
