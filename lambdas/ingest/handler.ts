import { redactText } from "../../adapters/redact/index.ts";
import { type Archive, type Ledger, type Starter, Unreachable, type Waker } from "../../kernel/ports.ts";
import type { Instant, Policy, Sha256 } from "../../kernel/types/index.ts";
import type { Sender } from "../authorize/handler.ts";
import type { Delivery, Ignored, Invalid } from "./delivery.ts";
import { setGoing } from "./going.ts";
import { noteAll, openAll, worst } from "./record.ts";
import { accepted, forbidden, type Reply, tooLarge, unavailable, unreadable } from "./reply.ts";
import { sort } from "./sort.ts";
import { readAlertmanager } from "./sources/alertmanager.ts";
import { readManual } from "./sources/manual.ts";
import { readPatrol } from "./sources/patrol.ts";
import { readSns } from "./sources/sns.ts";

/** One body, and who sent it. */
export interface Received {
  readonly body: string;
  readonly source: keyof typeof readers;
  readonly sender: Sender;
}
export interface Ports {
  readonly ledger: Pick<Ledger, "openOrJoin" | "reject" | "token">;
  readonly archive: Pick<Archive, "put">;
  readonly starter: Starter;
  readonly waker: Waker;
  readonly policy: Policy;
  readonly clock: () => Instant;
  /** Ends what a delivery may take: what is not on record by then is to be sent again. */
  readonly enough?: AbortSignal;
  /** What a delivery may take in any case, in milliseconds; 20 seconds, if nothing is said. */
  readonly longestMs?: number;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string } & Readonly<Record<string, unknown>>) => void;
}

/** Of a body, in bytes: both ways in refuse more. */
export const largestBody = 5 * 1024 * 1024;

/** So long alerts are put on record, in milliseconds. Less than any way in waits for: a sender that gets no answer knows nothing. */
const patienceMs = 20_000;

const readers = {
  alertmanager: readAlertmanager,
  sns: readSns,
  manual: readManual,
  patrol: readPatrol,
} satisfies Record<string, (body: string, now: Instant) => Delivery | Invalid>;

/**
 * Puts on record what a body brought, then starts what does not run. Every alert that can be placed opens an incident or joins one, whatever
 * its siblings are like. Answers as `Reply` says; once it is 200, nothing that was accepted can get lost.
 */
export async function ingest({ body, source, sender }: Received, ports: Ports): Promise<Reply> {
  const bytes = Buffer.byteLength(body);
  if (bytes > largestBody) {
    ports.log({ level: "error", message: "a delivery over 5 MiB was refused", bytes, sender: sender.name });
    return tooLarge();
  }
  const now = ports.clock();
  const delivery = readers[source](body, now);
  try {
    const address = await archived(body, ports.archive);
    return delivery.is === "invalid" ? await refuse(delivery, address, now, ports) : await take(delivery, address, sender, now, ports);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    ports.log({ level: "error", message: redactText(`not everything is on record: ${error.message}`), sender: sender.name });
    return unavailable();
  }
}

/** Redacted first: who may read the archive need not see what a careless annotation gave away. */
async function archived(body: string, archive: Ports["archive"]): Promise<Sha256> {
  try {
    return await archive.put(redactText(body), "body");
  } catch (error) {
    throw new Unreachable(`the archive did not take the delivery: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function refuse({ field, reason }: Invalid, body: Sha256, at: Instant, { ledger, log }: Ports): Promise<Reply> {
  await ledger.reject({ at, body, index: 0, reason: `the whole delivery: ${field} ${reason}` });
  log({ level: "error", message: "a delivery could not be read", field, reason });
  return unreadable(field, reason);
}

async function take(delivery: Delivery, body: Sha256, sender: Sender, now: Instant, ports: Ports): Promise<Reply> {
  const { policy, log } = ports;
  const sorted = sort(delivery, { policy, sender, body });
  const timeout = AbortSignal.timeout(ports.longestMs ?? patienceMs);
  const enough = ports.enough ? AbortSignal.any([timeout, ports.enough]) : timeout;
  const [{ opened, failures }, unnoted] = await Promise.all([
    openAll(sorted.groups, now, ports, enough),
    noteAll(sorted, delivery, body, now, ports, enough),
  ]);
  const incidents = opened.flatMap(({ id, group }) => (id ? [{ incident: id, alerts: group.alerts.length }] : []));
  const ignored = [...sorted.ignored, ...opened.flatMap(({ id, group }) => (id ? [] : group.from.map(nothingOpen)))];
  const { rejected } = sorted;
  const { truncated } = delivery;
  log({
    level: "info",
    message: "ingested",
    sender: sender.name,
    incidents: incidents.length,
    rejected: rejected.length,
    ...(rejected[0] ? { first: `${rejected[0].field} ${rejected[0].reason}` } : {}),
    ignored: ignored.length,
    truncated,
  });
  await setGoing(opened, ports);
  const failure = worst([...failures, ...unnoted]);
  if (failure instanceof Unreachable) {
    const onRecord = `${incidents.length} of ${sorted.groups.length} incidents are on record`;
    log({ level: "error", message: redactText(`${onRecord}: ${failure.message}`), token: sender.name });
    return unavailable(onRecord);
  }
  if (failure !== undefined) throw failure;
  if (incidents.length + ignored.length > 0) return accepted({ accepted: incidents, rejected, ignored, truncated });
  return sorted.forbidden === rejected.length ? forbidden(rejected) : unreadable("alerts", "hold none that can be taken", rejected);
}

const nothingOpen = ({ index, fingerprint }: { readonly index: number; readonly fingerprint: string }): Ignored => ({
  index,
  fingerprint,
  reason: "resolved, and no incident is open for it",
});
