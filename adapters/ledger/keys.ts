import { digest } from "../../kernel/digest.ts";
import { type IncidentKey, keyDigest } from "../../kernel/ids.ts";
import type { Incident, IncidentId, Sha256 } from "../../kernel/types/index.ts";
import type { Key } from "./store.ts";

/** Below and above every sort key that we write. */
export const wholeRange = [" ", "\u{10ffff}"] as const;

/** Numbers that sort as text. */
const padded = (number: number): string => String(number).padStart(8, "0");

/** Records: an incident's are its partition, in order of their numbers. */
export const recordKey = (id: IncidentId, seq: number): Key => ({ pk: id, sk: padded(seq) });
/** Records: what was rejected on a day (`2026-11-02`), once for each body and place in it. */
export const rejectedPartition = (day: string): string => `REJECTED#${day}`;
export const rejectionKey = (day: string, body: string, index: number): Key => ({
  pk: rejectedPartition(day),
  sk: `${body}#${padded(index)}`,
});

/** Which incident is open for a key, and the generation that it has. Outlives the incident, so that generations go on. */
export const openKey = (key: IncidentKey): Key => ({ pk: `OPEN#${keyDigest(key)}`, sk: "OPEN" });

/** State of one incident is one partition: HEAD, what the inbox holds, and the receipts of what came. */
export const incidentPartition = (id: IncidentId): string => `INCIDENT#${id}`;
export const headKey = (id: IncidentId): Key => ({ pk: incidentPartition(id), sk: "HEAD" });
/** `first`: the number of the first alert in it, counted from 1. */
export const inboxKey = (id: IncidentId, first: number): Key => ({ pk: incidentPartition(id), sk: `INBOX#${padded(first)}` });
/** `after`: how many alerts the inbox holds with that delivery; 0 for the one that opened it. */
export const seenKey = (id: IncidentId, after: number): Key => ({ pk: incidentPartition(id), sk: `SEEN#${padded(after)}` });
export const seenRange = ["SEEN#", "SEEN#~"] as const;
/** HEAD and the inbox. */
export const headRange = ["HEAD", "INBOX#~"] as const;

export const clusterKey = (cluster: string): Key => ({ pk: `CLUSTER#${cluster}`, sk: "CLUSTER" });
export const stopKey = (of: "all" | { readonly cluster: string }): Key => ({
  pk: "STOP",
  sk: of === "all" ? "ALL" : `CLUSTER#${of.cluster}`,
});
/** What a person has answered to a plan of this incident, last. */
export const answerKey = (id: IncidentId, plan: Sha256): Key => ({ pk: `${answers}${id}`, sk: plan });
const answers = "ANSWER#";
/** What people say, and no function but the one that they say it to may write: stop switches and answers. */
export const isPeoples = ({ pk }: Pick<Key, "pk">): boolean => pk === "STOP" || pk.startsWith(answers);
export const tokenKey = (id: IncidentId): Key => ({ pk: `TOKEN#${id}`, sk: "TOKEN" });

/**
 * Open incidents, without a scan: an item each, in one of eight partitions. Not a secondary index, for those lag behind and cannot be part of
 * a transaction; and not one partition, for a storm opens more incidents in a second than one takes writes.
 */
export const shards: readonly string[] = Array.from({ length: 8 }, (_, shard) => `OPENED#${shard}`);
export const openedKey = ({ id, openedAt }: Incident): Key => ({
  pk: `OPENED#${Number.parseInt(digest(id).slice(0, 2), 16) % shards.length}`,
  sk: `${openedAt}#${id}`,
});
