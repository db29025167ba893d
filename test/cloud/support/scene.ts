import { instant } from "../../../kernel/time.ts";
import type { IncidentId, Instant, OwnerKind } from "../../../kernel/types/index.ts";
import { until } from "../../cluster/parts/process.ts";
import { type Agreed, auditAgrees } from "../../cluster/support/audit-agrees.ts";
import { type Workloads, workloadsOn } from "../../cluster/support/workloads.ts";
import { Played } from "./incidents.ts";
import type { Stage } from "./stage.ts";

/** What a scenario does and asks on the stage. */
export interface Scene extends Workloads {
  stage(): Stage;
  /** Of a workload. It need not have been opened yet. */
  incident(namespace: string, name: string, kind?: OwnerKind): Played;
  /** The API server's audit log, compared with the records of all incidents so far. */
  agreed(since: Instant): Promise<Agreed>;
  /** In a namespace of its own, with nothing in it that is found or open any more at the end. */
  scenario(space: string, play: (since: Instant) => Promise<void>): Promise<void>;
}

export function sceneOn(stage: () => Stage): Scene {
  const workloads = workloadsOn(() => stage().cluster);
  const played = new Map<IncidentId, Played>();
  const all = async () =>
    (await Promise.all([...played.keys()].map((id) => stage().ledger.view(id)))).flatMap((view) => (view ? [view.story] : []));
  return {
    ...workloads,
    stage,
    incident: (...of) => {
      const incident = new Played(stage(), ...of);
      const known = played.get(incident.id) ?? incident;
      played.set(incident.id, known);
      return known;
    },
    agreed: (since) => auditAgrees({ ...stage(), stories: { all }, since }),
    scenario: async (space, play) => {
      const since = instant(Date.now());
      try {
        await workloads.inNamespace(space, () => play(since));
      } finally {
        await until("nothing is found or open any more", 60, async () => {
          return stage().patrol.finds().length === 0 && (await stage().ledger.open()).length === 0;
        });
      }
    },
  };
}
