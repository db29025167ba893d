import { until } from "../parts/process.ts";
import type { RealCluster } from "../parts/start.ts";
import { BY_POD_LABEL } from "../parts/webhook-configuration.ts";
import { manifest, namespace, type WorkloadSpec, workload } from "./manifests.ts";

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly volumes?: readonly { readonly csi?: { readonly driver: string } }[] };
}
export const injected = ({ spec }: Pod): boolean => (spec.volumes ?? []).some(({ csi }) => csi?.driver === "csi.spiffe.io");

/** What a scenario does with the objects of a cluster, and sees of them. */
export interface Workloads {
  apply(...objects: readonly object[]): Promise<string>;
  /** Resolves when all are rolled out. */
  running(...specs: readonly WorkloadSpec[]): Promise<void>;
  /** The same, made while there is no webhook. */
  runningBeforeTheWebhook(...specs: readonly WorkloadSpec[]): Promise<void>;
  podsIn(space: string): Promise<readonly Pod[]>;
  uids(space: string): Promise<readonly string[]>;
  /** In a namespace of its own, whose workloads are gone at the end. The namespace itself takes five seconds more, and nobody waits for it. */
  inNamespace(space: string, play: () => Promise<void>): Promise<void>;
}

export function workloadsOn(cluster: () => Pick<RealCluster, "kubectl" | "admin" | "webhook">): Workloads {
  const kubectl = (args: readonly string[], stdin?: string) => cluster().kubectl(args, stdin);
  const apply = (...objects: readonly object[]) => kubectl(["apply", "-f", "-"], manifest(...objects));
  const running = async (...specs: readonly WorkloadSpec[]) => {
    await apply(...specs.map(workload));
    for (const { kind = "Deployment", name, namespace: space } of specs) {
      await kubectl(["rollout", "status", `${kind}/${name}`, "-n", space, "--timeout=60s"]);
    }
  };
  const podsIn = async (space: string) => (await cluster().admin.get<{ items: Pod[] }>(`/api/v1/namespaces/${space}/pods`)).items;
  return {
    apply,
    running,
    runningBeforeTheWebhook: async (...specs) => {
      const { webhook } = cluster();
      await webhook.remove();
      await running(...specs);
      const last = Date.now();
      await until("a second has passed, for the API server counts no fractions", 5, async () => Date.now() >= last + 1100);
      await webhook.restrict(BY_POD_LABEL);
    },
    podsIn,
    uids: async (space) => (await podsIn(space)).map(({ metadata }) => metadata.uid).sort(),
    inNamespace: async (space, play) => {
      await apply(namespace(space));
      try {
        await play();
      } finally {
        await kubectl(["delete", "deployments,statefulsets", "--all", "-n", space, "--cascade=foreground", "--timeout=60s"]);
        await kubectl(["delete", "namespace", space, "--wait=false"]);
      }
    },
  };
}
