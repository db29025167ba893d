import type { Ledger } from "../../../kernel/ports.ts";
import type { IncidentId, Instant } from "../../../kernel/types/index.ts";
import { ledgerOver, type Nonce } from "../ledger.ts";
import { openDatabase } from "./schema.ts";
import { sqliteStore } from "./store.ts";

export interface SqliteLedger extends Ledger {
  /** Another number whenever another connection has written, of this process or another; not for what was written through this one. */
  changes(): number;
  /** Incidents that were closed at that time or later, unchecked; of a key the last one alone, and none where another is open. */
  closedSince(at: Instant): Promise<readonly IncidentId[]>;
  close(): void;
}

/** By what stands there once for each key, and not by all records that there ever were. What was damaged is no JSON any more. */
const closings = `
SELECT fields ->> '$.id' AS id FROM state WHERE pk >= 'OPEN#' AND pk < 'OPEN$'
AND CASE WHEN json_valid(fields) THEN NOT fields ->> '$.open' AND fields ->> '$.closed' >= ? END ORDER BY id`;

/** The ledger in one file, for one machine. Several processes may have it open; each commit is on the disk before it counts. */
export function openSqliteLedger({ path, random }: { readonly path: string; readonly random: Nonce }): SqliteLedger {
  const database = openDatabase(path);
  const version = database.prepare("PRAGMA data_version");
  const closed = database.prepare(closings);
  return {
    ...ledgerOver(sqliteStore(database), random),
    changes: () => Number(version.get()?.data_version),
    closedSince: async (at) => closed.all(at).map(({ id }) => String(id) as IncidentId),
    close: () => database.close(),
  };
}
