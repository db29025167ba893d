import type { Archive, Ledger } from "../kernel/ports.ts";
import type { IncidentId } from "../kernel/types/index.ts";
import { seal } from "../lambdas/audit/seal.ts";
import type { Watcher } from "./watched.ts";

type Log = (line: { readonly level: "error"; readonly message: string; readonly incident: IncidentId }) => void;

export interface Sealing extends Pick<Watcher, "told"> {
  /** Resolves once nothing is being sealed any more. */
  settled(): Promise<void>;
}

/** Seals the story of each incident that is closed, as the function Audit does on AWS. One that cannot be sealed is named, and stays in the ledger. */
export function sealing(ledger: Pick<Ledger, "view">, archive: Pick<Archive, "put">, log: Log): Sealing {
  const under = new Set<Promise<void>>();
  const close = async (incident: IncidentId): Promise<void> => {
    try {
      const view = await ledger.view(incident);
      if (view) await seal(view.story, archive);
    } catch (error) {
      log({ level: "error", message: `${incident} was not sealed: ${error instanceof Error ? error.message : String(error)}`, incident });
    }
  };
  return {
    told: ({ type, incidentId }) => {
      if (type !== "closed") return;
      const work: Promise<void> = close(incidentId).finally(() => under.delete(work));
      under.add(work);
    },
    settled: async () => {
      await Promise.all(under);
    },
  };
}
