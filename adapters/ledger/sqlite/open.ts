import type { Ledger } from "../../../kernel/ports.ts";
import { ledgerOver, type Nonce } from "../ledger.ts";
import { openDatabase } from "./schema.ts";
import { sqliteStore } from "./store.ts";

export interface SqliteLedger extends Ledger {
  /** Another number whenever another connection has written, of this process or another; not for what was written through this one. */
  changes(): number;
  close(): void;
}

/** The ledger in one file, for one machine. Several processes may have it open; each commit is on the disk before it counts. */
export function openSqliteLedger({ path, random }: { readonly path: string; readonly random: Nonce }): SqliteLedger {
  const database = openDatabase(path);
  const version = database.prepare("PRAGMA data_version");
  return {
    ...ledgerOver(sqliteStore(database), random),
    changes: () => Number(version.get()?.data_version),
    close: () => database.close(),
  };
}
