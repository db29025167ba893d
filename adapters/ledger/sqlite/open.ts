import type { Ledger } from "../../../kernel/ports.ts";
import { ledgerOver, type Nonce } from "../ledger.ts";
import { openDatabase } from "./schema.ts";
import { sqliteStore } from "./store.ts";

export interface SqliteLedger extends Ledger {
  close(): void;
}

/** The ledger in one file, for one machine. Several processes may have it open; each commit is on the disk before it counts. */
export function openSqliteLedger({ path, random }: { readonly path: string; readonly random: Nonce }): SqliteLedger {
  const database = openDatabase(path);
  return { ...ledgerOver(sqliteStore(database), random), close: () => database.close() };
}
