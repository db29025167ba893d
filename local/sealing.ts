import type { SqliteLedger } from "../adapters/ledger/sqlite/open.ts";
import type { Archive } from "../kernel/ports.ts";
import { after } from "../kernel/time.ts";
import type { IncidentId, Instant } from "../kernel/types/index.ts";
import { seal } from "../lambdas/audit/seal.ts";
import type { Watcher } from "./watched.ts";

type Log = (line: { readonly level: "error"; readonly message: string; readonly incident?: IncidentId }) => void;

/** Who was ended between close and seal is started again soon. What is older stays as it is: nobody seals what somebody may have written anew since. */
const againWithinSeconds = 60 * 60;

export interface Sealing extends Pick<Watcher, "told"> {
  /** Seals what was closed within the last hour: whoever ran before may have been ended between close and seal. A copy that is there stays. */
  again(now: Instant): void;
  /** Resolves once nothing is being sealed any more. */
  settled(): Promise<void>;
}

/** Seals the story of each incident that is closed, as the function Audit does on AWS. One that cannot be sealed is named, and stays in the ledger. */
export function sealing(ledger: Pick<SqliteLedger, "view" | "closedSince">, archive: Pick<Archive, "put">, log: Log): Sealing {
  const under = new Set<Promise<void>>();
  const close = async (incident: IncidentId): Promise<void> => {
    try {
      const view = await ledger.view(incident);
      if (view) await seal(view.story, archive);
    } catch (error) {
      log({ level: "error", message: `${incident} was not sealed: ${reason(error)}`, incident });
    }
  };
  const closeAll = async (since: Instant): Promise<void> => {
    try {
      for (const incident of await ledger.closedSince(since)) await close(incident);
    } catch (error) {
      log({ level: "error", message: `what was closed since ${since} was not sealed: ${reason(error)}` });
    }
  };
  const begin = (sealed: Promise<void>): void => {
    const work: Promise<void> = sealed.finally(() => under.delete(work));
    under.add(work);
  };
  return {
    told: ({ type, incidentId }) => {
      if (type === "closed") begin(close(incidentId));
    },
    again: (now) => begin(closeAll(after(now, -againWithinSeconds))),
    settled: async () => {
      await Promise.all(under);
    },
  };
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
