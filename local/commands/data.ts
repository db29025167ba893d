import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import type { ArchiveReading } from "../../adapters/archive/reading.ts";
import type { LedgerReading } from "../../adapters/ledger/reading.ts";
import type { Ledger } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import { localUser } from "../approver.ts";
import { places } from "../places.ts";
import { isOfDatabase, UsageError } from "./mistakes.ts";
import type { Where } from "./options.ts";

/** Who it is that types, as it stands on record. */
export type Who = () => Promise<string>;

/** Runs `use` over the ledger that is meant, and closes it. Throws `UsageError` where there is none. */
export async function withLedger<T>({ data, stack, region }: Where, use: (ledger: Ledger, who: Who) => Promise<T>): Promise<T> {
  if (stack !== undefined) {
    const { withLedgerOf } = await import("../stack/ledger.ts");
    return withLedgerOf(stack, region, use);
  }
  // To write, a file that is no ledger yet would be made one: so it is read first.
  await withReading({ data, ...(region ? { region } : {}) }, (ledger) => ledger.switchOf("all"));
  const { openSqliteLedger } = await import("../../adapters/ledger/sqlite/open.ts");
  return opened(
    data,
    region,
    (path) => openSqliteLedger({ path, random: randomUUID }),
    (ledger) => use(ledger, async () => localUser()),
  );
}

/** The same, to look at, with what is archived beside it: also where nothing may be written. */
export async function withReading<T>(
  { data, stack, region }: Where,
  use: (ledger: LedgerReading, archive: ArchiveReading) => Promise<T>,
): Promise<T> {
  if (stack !== undefined) {
    const { withReadingOf } = await import("../stack/ledger.ts");
    return withReadingOf(stack, region, use);
  }
  const { readSqliteLedger } = await import("../../adapters/ledger/sqlite/reading.ts");
  const { readFolder } = await import("../../adapters/archive/folder.ts");
  return opened(data, region, readSqliteLedger, (ledger) => use(ledger, readFolder(places(data).archive)));
}

async function opened<L extends { close(): void }, T>(
  dataDir: string,
  region: string | undefined,
  open: (path: string) => L,
  use: (ledger: L) => Promise<T>,
): Promise<T> {
  if (region !== undefined) throw new UsageError("--region says where a stack is: it goes with --stack");
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
export async function idOf(ledger: Pick<LedgerReading, "ids" | "lists" | "stored">, text: string): Promise<IncidentId> {
  const ids = await ledger.ids();
  return ledger.lists === "open" && !ids.some((id) => id.startsWith(text)) ? closed(ledger, text) : meantOf(ids, text);
}

/** The one of `ids` that is meant by its beginning. Throws `UsageError` where none or several are. */
export function meantOf(ids: readonly IncidentId[], text: string): IncidentId {
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

/** One that is not listed any more. */
async function closed({ stored }: Pick<LedgerReading, "stored">, text: string): Promise<IncidentId> {
  const { records, head } = await stored(text as IncidentId);
  if (records.length > 0 || head !== undefined) return text as IncidentId;
  throw new UsageError(`there is no incident ${text}, and no open one begins so: one that is closed is named by its whole id`);
}
