import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Incident, IncidentId, Instant, LedgerRecord } from "../../../kernel/types/index.ts";
import { answer } from "../../../lambdas/answer/handler.ts";
import { until } from "../parts/process.ts";
import { BY_POD_LABEL } from "../parts/webhook-configuration.ts";
import { type Agreed, auditAgrees } from "./audit-agrees.ts";
import { manifest, namespace, type WorkloadSpec, workload } from "./manifests.ts";
import type { Stage } from "./stage.ts";
import { recordsOf, type Story } from "./stories.ts";

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly volumes?: readonly { readonly csi?: { readonly driver: string } }[] };
}
export const injected = ({ spec }: Pod): boolean => (spec.volumes ?? []).some(({ csi }) => csi?.driver === "csi.spiffe.io");

/** What a scenario does and asks on the stage. */
export interface Scene {
  apply(...objects: readonly object[]): Promise<string>;
  /** Resolves when all are rolled out. */
  running(...specs: readonly WorkloadSpec[]): Promise<void>;
  /** The same, made while there is no webhook. */
  runningBeforeTheWebhook(...specs: readonly WorkloadSpec[]): Promise<void>;
  podsIn(space: string): Promise<readonly Pod[]>;
  uids(space: string): Promise<readonly string[]>;
  /** Resolves when the incident of the namespace's workload has such a record. */
  storyOf(space: string, type?: LedgerRecord["type"]): Promise<Story>;
  /** The incident about the whole cluster, once it is closed. */
  fleetStory(since: Instant): Promise<Story>;
  storiesSince(since: Instant): Promise<readonly Story[]>;
  answered(id: IncidentId, by: string): ReturnType<typeof answer>;
  tickets(): readonly string[];
  ticketOf(story: Story): string;
  agreed(since: Instant): Promise<Agreed>;
  /** In a namespace of its own, which is gone at the end, with nothing that is found or open any more. */
  scenario(space: string, play: (since: Instant) => Promise<void>): Promise<void>;
}

export function sceneOn(stage: () => Stage): Scene {
  const ledger = () => stage().session.pipeline.ledger;
  const kubectl = (args: readonly string[], stdin?: string) => stage().cluster.kubectl(args, stdin);
  const apply = (...objects: readonly object[]) => kubectl(["apply", "-f", "-"], manifest(...objects));
  const running = async (...specs: readonly WorkloadSpec[]) => {
    await apply(...specs.map(workload));
    for (const { kind = "Deployment", name, namespace: space } of specs) {
      await kubectl(["rollout", "status", `${kind}/${name}`, "-n", space, "--timeout=60s"]);
    }
  };
  const podsIn = async (space: string) => (await stage().cluster.admin.get<{ items: Pod[] }>(`/api/v1/namespaces/${space}/pods`)).items;
  const closedOr = async (of: (incident: Incident) => boolean, type: LedgerRecord["type"]) => {
    const id = await stage().stories.when(of, (record) => record.type === type, 90);
    const view = await ledger().view(id);
    if (!view) throw new Error(`there is no incident ${id}`);
    return view.story;
  };
  const storiesSince = async (since: Instant) => (await stage().stories.all(ledger())).filter(([first]) => first.written >= since);

  return {
    apply,
    running,
    runningBeforeTheWebhook: async (...specs) => {
      const { webhook } = stage().cluster;
      await webhook.remove();
      await running(...specs);
      const last = Date.now();
      await until("a second has passed, for the API server counts no fractions", 5, async () => Date.now() >= last + 1100);
      await webhook.restrict(BY_POD_LABEL);
    },
    podsIn,
    uids: async (space) => (await podsIn(space)).map(({ metadata }) => metadata.uid).sort(),
    storyOf: (space, type = "closed") => closedOr(({ scope }) => scope.of === "owner" && scope.namespace === space, type),
    fleetStory: (since) => closedOr(({ scope, openedAt }) => scope.of === "cluster" && openedAt >= since, "closed"),
    storiesSince,
    answered: (id, by) => answer({ id, yes: true, by }, { ...stage().session.pipeline, policy: stage().policy, clock: stage().now }),
    tickets: () => (existsSync(stage().ticketsDir) ? readdirSync(stage().ticketsDir) : []),
    ticketOf: (story) => {
      const [ticketed] = recordsOf(story, "ticketed");
      if (!ticketed) throw new Error("there is no ticket");
      return readFileSync(join(stage().ticketsDir, ticketed.ticket, "ticket.md"), "utf8");
    },
    agreed: (since) => {
      const { cluster, stories, policy } = stage();
      return auditAgrees({ cluster, ledger: ledger(), stories, policy, since });
    },
    scenario: async (space, play) => {
      const since = stage().now();
      await apply(namespace(space));
      try {
        await play(since);
      } finally {
        await kubectl(["delete", "namespace", space, "--timeout=60s"]);
        await until("nothing is found or open any more", 60, async () => {
          return stage().patrol.finds().length === 0 && (await ledger().open()).length === 0;
        });
      }
    },
  };
}
