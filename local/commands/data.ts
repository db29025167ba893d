import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { openSqliteLedger, type SqliteLedger } from "../../adapters/ledger/sqlite/open.ts";
import { type LedgerReading, readSqliteLedger } from "../../adapters/ledger/sqlite/reading.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import { places } from "../places.ts";
import { isOfDatabase, UsageError } from "./mistakes.ts";

/** Runs `use` over the ledger of a data folder that is there already, and closes it. Throws `UsageError` where there is none. */
export const withLedger = <T>(dataDir: string, use: (ledger: SqliteLedger) => Promise<T>): Promise<T> =>
  opened(dataDir, (path) => openSqliteLedger({ path, random: randomUUID }), use);

/** The same, to look at: also where the file may not be written. */
export const withReading = <T>(dataDir: string, use: (ledger: LedgerReading) => Promise<T>): Promise<T> =>
  opened(dataDir, readSqliteLedger, use);

async function opened<L extends { close(): void }, T>(
  dataDir: string,
  open: (path: string) => L,
  use: (ledger: L) => Promise<T>,
): Promise<T> {
  const { ledger: path } = places(dataDir);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`there is no ledger in ${dataDir}: --data names the folder that \`remediator start\` uses`);
  const ledger = tried(path, () => open(path));
  try {
    return await use(ledger);
  } finally {
    ledger.close();
  }
}

/** A file that is no ledger shows itself when it is opened. */
function tried<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof Error && isOfDatabase(error)) throw new UsageError(`${path} cannot be used as a ledger: ${error.message}`);
    throw error;
  }
}

/** The incident that is meant: its id, or the beginning of it where only one begins so. Throws `UsageError` where none or several do. */
export function idOf(ids: readonly IncidentId[], text: string): IncidentId {
  const [exact] = ids.filter((id) => id === text);
  if (exact) return exact;
  const meant = ids.filter((id) => id.startsWith(text));
  const [only, ...others] = meant;
  if (only && others.length === 0) return only;
  if (only) throw new UsageError(`several incidents begin with ${text}: ${meant.slice(0, 5).join(", ")}${meant.length > 5 ? ", ..." : ""}`);
  throw new UsageError(
    `there is no incident ${text}${ids.length > 0 ? ": `remediator incidents` lists them" : " (none was ever opened here)"}`,
  );
}
