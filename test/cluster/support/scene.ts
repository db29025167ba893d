import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Incident, IncidentId, Instant, LedgerRecord } from "../../../kernel/types/index.ts";
import { answer } from "../../../lambdas/answer/handler.ts";
import { until } from "../parts/process.ts";
import { type Agreed, auditAgrees } from "./audit-agrees.ts";
import type { Stage } from "./stage.ts";
import { recordsOf, type Story } from "./stories.ts";
import { type Workloads, workloadsOn } from "./workloads.ts";

/** What a scenario does and asks on the stage. */
export interface Scene extends Workloads {
  /** Resolves when the incident of the namespace's workload has such a record. */
  storyOf(space: string, type?: LedgerRecord["type"]): Promise<Story>;
  /** The incident about the whole cluster, once it is closed. */
  fleetStory(since: Instant): Promise<Story>;
  storiesSince(since: Instant): Promise<readonly Story[]>;
  answered(id: IncidentId, by: string): ReturnType<typeof answer>;
  tickets(): readonly string[];
  ticketOf(story: Story): string;
  agreed(since: Instant): Promise<Agreed>;
  /** In a namespace of its own, with nothing in it that is found or open any more at the end. */
  scenario(space: string, play: (since: Instant) => Promise<void>): Promise<void>;
}

export function sceneOn(stage: () => Stage): Scene {
  const ledger = () => stage().session.pipeline.ledger;
  const workloads = workloadsOn(() => stage().cluster);
  const closedOr = async (of: (incident: Incident) => boolean, type: LedgerRecord["type"]) => {
    const id = await stage().stories.when(of, (record) => record.type === type, 90);
    const view = await ledger().view(id);
    if (!view) throw new Error(`there is no incident ${id}`);
    return view.story;
  };
  const storiesSince = async (since: Instant) => (await stage().stories.all(ledger())).filter(([first]) => first.written >= since);

  return {
    ...workloads,
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
      try {
        await workloads.inNamespace(space, () => play(since));
      } finally {
        await until("nothing is found or open any more", 60, async () => {
          return stage().patrol.finds().length === 0 && (await ledger().open()).length === 0;
        });
      }
    },
  };
}
