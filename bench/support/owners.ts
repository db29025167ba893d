import { setTimeout as wait } from "node:timers/promises";
import type { RealCluster } from "../../test/cluster/parts/start.ts";
import { BY_POD_LABEL } from "../../test/cluster/parts/webhook-configuration.ts";
import { injectionLabel, manifest, namespace, type WorkloadSpec, workload } from "../../test/cluster/support/manifests.ts";

/** Where the Deployments are that lack the socket. */
export const space = "bench";

/** Deployments of two pods that are older than the webhook, one at a time, in a cluster that is otherwise well. */
export interface Owners {
  older(name: string): Promise<void>;
  /** Resolves once the last rollout is complete. */
  rolledOut(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Other workloads' pods: so many that two without the socket are not most of the fleet. */
const healthy = ["a", "b", "c", "d"].map((name) => ({ name, namespace: "healthy", replicas: 5, labels: injectionLabel }));

export async function settle({ kubectl, webhook }: RealCluster): Promise<Owners> {
  const apply = (...objects: readonly object[]) => kubectl(["apply", "-f", "-"], manifest(...objects));
  const complete = ({ name, namespace: at }: WorkloadSpec) =>
    kubectl(["rollout", "status", `deployment/${name}`, "-n", at, "--timeout=60s"]);
  const create = async (...specs: readonly WorkloadSpec[]) => {
    await apply(...specs.map(workload));
    for (const spec of specs) await complete(spec);
  };
  await apply(namespace(space), namespace("healthy"));
  await create(...healthy);
  return {
    older: async (name) => {
      await webhook.remove();
      await create({ name, namespace: space, labels: injectionLabel });
      // Times of creation have whole seconds: the webhook comes in a later one.
      await wait(1100);
      await webhook.restrict(BY_POD_LABEL);
    },
    rolledOut: async (name) => {
      await complete({ name, namespace: space });
    },
    remove: async (name) => {
      await kubectl(["delete", "deployment", name, "-n", space, "--cascade=foreground", "--timeout=60s"]);
    },
  };
}
