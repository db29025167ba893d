import type { ClusterState, Head, Incident, IncidentId, Instant, LedgerRecord, Sha256, Switch } from "../../kernel/types/index.ts";
import { document, parse } from "./document.ts";
import { clusterKey, openedKey, recordKey } from "./keys.ts";
import type { Fields, Write } from "./store.ts";

/** A record: the canonical text that its hash covers (and the hash), beside it what a person filters by. */
export function recordWrite(record: LedgerRecord): Write {
  const { incidentId, seq, type, written, by } = record;
  const body = document(record, `record ${seq} (${type}) of ${incidentId}`);
  return { do: "record", key: recordKey(incidentId, seq), fields: { type, written, by, body } };
}
export const recordOf = (fields: Fields, what: string): LedgerRecord => parse<LedgerRecord>(fields.body, what);

/** HEAD: numbers and flags stand by themselves, for conditions compare them. */
export const headFields = (head: Omit<Head, "id">, cluster: string): Fields => ({ ...head, cluster });
export function headOf(id: IncidentId, fields: Fields): { readonly head: Head; readonly cluster: string } {
  const { open, seq, hash, inbox, run, cluster } = fields;
  if (typeof open !== "boolean" || typeof seq !== "number" || typeof hash !== "string" || typeof inbox !== "number") return damaged(id);
  if (typeof run !== "number" || typeof cluster !== "string") return damaged(id);
  return { head: { id, open, seq, hash: hash as Sha256, inbox, run }, cluster };
}
const damaged = (id: IncidentId): never => {
  throw new Error(`HEAD of ${id} is damaged`);
};

/** Before anything happened in a cluster. */
export const untouched: ClusterState = { version: 0, fence: 0, changes: [], cooling: {}, failed: {} };
export const clusterOf = (fields: Fields | undefined, cluster: string): ClusterState =>
  fields ? parse<ClusterState>(fields.body, `the state of cluster ${cluster}`) : untouched;
/** Puts `next` where the version still is the one that was seen. */
export const clusterWrite = (cluster: string, seen: ClusterState, next: ClusterState): Write => ({
  do: "put",
  key: clusterKey(cluster),
  fields: { version: next.version, body: document(next, `the state of cluster ${cluster}`) },
  when: seen.version === 0 ? "absent" : { is: { version: seen.version } },
});

/** A switch is plain fields, so that a person can read and set it with the database's own tools. Anything odd counts as never set. */
export function switchOf(fields: Fields | undefined): Switch {
  if (fields?.state === "off") return { state: "off" };
  if (fields?.state !== "on") return { state: "missing" };
  const { by = "unknown", since = "", why = "" } = fields;
  return { state: "on", by: String(by), since: String(since) as Instant, why: String(why) };
}

/** The place in the list of open incidents. */
export const openedWrite = (incident: Incident): Write => ({
  do: "put",
  key: openedKey(incident),
  fields: { body: document(incident, `incident ${incident.id}`) },
});
export const openedOf = (fields: Fields): Incident => parse<Incident>(fields.body, "an open incident");
