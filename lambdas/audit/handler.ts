import type { Log } from "../../adapters/cloudwatch/log.ts";
import { type Added, addedBy, type Change, nameOf } from "../../adapters/ledger/dynamodb/stream.ts";
import { measureStory } from "../../kernel/measure.ts";
import type { Archive, Ledger } from "../../kernel/ports.ts";
import type { IncidentId, Instant, Measure } from "../../kernel/types/index.ts";
import type { Done } from "./done.ts";
import { lineOf } from "./line.ts";
import { BrokenChain, seal } from "./seal.ts";

/** A batch of the stream, and what of it could not be done: Lambda brings that again, and after some time gives it to the dead letters. */
export interface Batch {
  readonly Records: readonly Change[];
}
export interface Undone {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
export interface Ports {
  readonly ledger: Pick<Ledger, "view">;
  readonly archive: Pick<Archive, "put">;
  /** Those of the policy. */
  readonly clusters: readonly string[];
  readonly clock: () => Instant;
  readonly done: Done;
  /** The audit log. */
  readonly audit: Log;
  readonly tell: (measures: readonly Measure[], at: Instant, incident?: IncidentId) => void;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string } & Readonly<Record<string, unknown>>) => void;
}

/**
 * Each record becomes a line, in order. What cannot be done does not keep the others waiting: they come again with it, for a stream goes on
 * only behind its first failure, and are not done twice while this function remembers them.
 */
export async function audit({ Records }: Batch, ports: Ports): Promise<Undone> {
  const failures: { itemIdentifier: string }[] = [];
  for (const change of Records) {
    if (ports.done.has(change.eventID)) continue;
    try {
      await take(change, ports);
      ports.done.add(change.eventID);
    } catch (error) {
      failures.push({ itemIdentifier: change.dynamodb.SequenceNumber });
      ports.log({ level: "error", message: "a record is not in the audit log", item: nameOf(change), error: String(error) });
    }
  }
  return { batchItemFailures: failures };
}

async function take(change: Change, ports: Ports): Promise<void> {
  if (change.eventName !== "INSERT") return changed(change, ports);
  const added = addedBy(change);
  await ports.audit.write(lineOf(added), writtenAt(added));
  await follow(added, ports);
}

const writtenAt = (added: Added): Instant => (added.is === "record" ? added.record.written : added.rejection.at);

/** Nobody may change what is recorded, and no function can. */
function changed(change: Change, { log, tell, clock }: Ports): void {
  const did = change.eventName === "REMOVE" ? "removed" : "changed";
  log({ level: "error", message: `a record was ${did} after it was written`, item: nameOf(change) });
  tell([{ metric: "BrokenChains", value: 1, of: {} }], clock());
}

async function follow(added: Added, ports: Ports): Promise<void> {
  if (added.is === "rejection") {
    if (!added.rejection.ignored) ports.tell([{ metric: "RejectedAlerts", value: 1, of: {} }], added.rejection.at);
    return;
  }
  const { record } = added;
  if (record.type === "closed") await close(record.incidentId, record.written, ports);
}

/** The whole story of what is closed: checked, sealed, counted. */
async function close(id: IncidentId, at: Instant, { ledger, archive, clusters, audit: to, tell, log }: Ports): Promise<void> {
  const story = (await ledger.view(id))?.story;
  if (!story) throw new TypeError(`there is no incident ${id}`);
  const broken = (value: number): Measure => ({ metric: "BrokenChains", value, of: {} });
  try {
    const sealed = await seal(story, archive);
    await to.write(JSON.stringify({ level: "info", timestamp: at, type: "sealed", incident: id, ...sealed }), at);
    tell([...measureStory(story, clusters), broken(0)], at, id);
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error;
    log({ level: "error", message: `the chain is broken: ${error.message}`, incident: id });
    tell([broken(1)], at, id);
  }
}
