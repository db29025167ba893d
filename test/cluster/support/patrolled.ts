import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ledger, World } from "../../../kernel/ports.ts";
import { instant } from "../../../kernel/time.ts";
import type { Policy } from "../../../kernel/types/index.ts";
import { patrol } from "../../../lambdas/patrol/handler.ts";
import { contentType, patrolMetrics } from "../../../local/patrol/metrics.ts";
import { inRounds } from "../../../local/patrol/rounds.ts";

/** The patrol's page for Prometheus; served before there is a cluster to look at, because Prometheus starts with it. */
export interface PatrolPage {
  readonly url: string;
  /** Workloads that the last round found. */
  finds(): readonly string[];
  /** A round each second from now on, until what it gives is called. Its finds go nowhere but onto the page: Alertmanager tells us of them. */
  look(on: { readonly world: World; readonly ledger: Ledger; readonly policy: Policy }): () => Promise<void>;
  close(): Promise<void>;
}

export async function openPatrolPage(cluster: string): Promise<PatrolPage> {
  const metrics = patrolMetrics(cluster);
  let found: readonly string[] = [];
  const server = createServer((_, answer) => answer.writeHead(200, { "content-type": contentType }).end(metrics.page()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    finds: () => found,
    look: ({ world, ledger, policy }) => {
      const clock = () => instant(Date.now());
      const work = async () => {
        const came = await patrol({ cluster, world, policy, ledger, deliver: async () => ({ status: 200 }), clock, log: () => {} });
        metrics.note(came);
        if (came.did === "look") found = came.finds.map(({ namespace, name }) => `${namespace}/${name}`);
      };
      const failed = (error: unknown) => console.error("a round of the patrol failed", error);
      return inRounds(work, { everySeconds: 1, random: Math.random, failed }).stop;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
