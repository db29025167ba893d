import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access } from "../../adapters/kubernetes/config.ts";
import { loadPolicy } from "../../adapters/policy/parse.ts";
import { openSession, type Session } from "../../local/session.ts";
import { type RealCluster, startCluster } from "../../test/cluster/parts/start.ts";
import { type Stories, stories } from "../../test/cluster/support/stories.ts";

/** Name of the cluster in alerts and in the policy. */
export const clusterName = "bench";
/** Who runs the script: may do everything, so that nothing holds it up. */
export const onCall = "on-call";

/** Real servers, and our pipeline as `npm start` runs it, in this process; nobody sends it alerts but the benchmark. */
export interface Setting {
  readonly cluster: RealCluster;
  readonly alertmanagerUrl: string;
  readonly session: Session;
  readonly stories: Stories;
  close(): Promise<void>;
}

export async function openSetting(): Promise<Setting> {
  const dir = mkdtempSync(join(tmpdir(), "bench-"));
  const closing: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  const close = async () => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    const manifests = ["rbac", "admission"].map((name) =>
      readFileSync(join(import.meta.dirname, `../../ops/generated/${name}.yaml`), "utf8"),
    );
    const users = { [onCall]: ["system:masters"] };
    const cluster = await startCluster({ dir: join(dir, "cluster"), cluster: clusterName, prometheus: true, manifests, users });
    closing.push(cluster.stop);
    const { prometheusUrl, alertmanagerUrl } = cluster;
    if (!prometheusUrl || !alertmanagerUrl) throw new Error("the cluster was started with Prometheus and Alertmanager");
    const policy = loadPolicy(join(import.meta.dirname, "../policy.yaml"));
    const timeoutSeconds = policy.timing.requestTimeoutSeconds;
    const as = (user: string): Access => ({ by: "kubeconfig", file: cluster.kubeconfig(user) });
    const outside = {
      reader: as("reader"),
      writers: { EvictWorkload: as("evict-workload"), RolloutWorkload: as("rollout-workload"), LabelNamespace: as("label-namespace") },
      prometheus: { url: prometheusUrl, timeoutSeconds },
      alertmanager: { url: alertmanagerUrl, timeoutSeconds },
      requestTimeoutSeconds: timeoutSeconds,
    };
    const dataDir = join(dir, "data");
    mkdirSync(dataDir, { mode: 0o700 });
    const told = stories();
    const approver = { by: "nobody" } as const;
    const session = await openSession({ dataDir, port: 0, cluster: clusterName, policy, outside, approver, watcher: told.watcher });
    closing.push(session.close);
    return { cluster, alertmanagerUrl, session, stories: told, close };
  } catch (error) {
    await close();
    throw error;
  }
}
