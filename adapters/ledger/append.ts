import { sealAll } from "../../kernel/story.ts";
import type { ClusterState, Entry, Instant, LedgerRecord, LedgerView, Some } from "../../kernel/types/index.ts";
import { commit } from "./commit.ts";
import { clusterWrite, recordWrite } from "./items.ts";
import { headKey, openedKey, openKey, tokenKey } from "./keys.ts";
import type { Fields, Store, Write } from "./store.ts";
import { incidentOf } from "./view.ts";

export interface Stamp {
  readonly written: Instant;
  readonly by: string;
  readonly nonce: string;
}

/** Appends behind what was seen. A `closed` entry is the last one, and also takes the incident out of all that keeps it open. */
export async function append(store: Store, seen: LedgerView, entries: Some<Entry>, stamp: Stamp): Promise<LedgerView | "conflict"> {
  for (const [index, { type }] of entries.entries()) {
    if (type === "opened" || type === "intent") throw new TypeError(`'${type}' is not appended: it comes out of its own transaction`);
    if (type === "closed" && index !== entries.length - 1) throw new TypeError("nothing stands behind 'closed'");
  }
  const records = sealed(seen, entries, stamp);
  const closes = entries.at(-1)?.type === "closed";
  const released = closes ? handedBack(seen) : undefined;
  const writes = [
    headWrite(seen, records, closes ? { open: false } : {}, closes ? { inbox: seen.head.inbox } : {}),
    ...records.map(recordWrite),
    ...(closes ? closing(seen, released) : []),
  ] as const;
  const refused = await commit(store, writes, records[0]);
  if (refused.length > 0) return "conflict";
  const { seq, hash } = lastOf(records);
  return {
    ...seen,
    head: { ...seen.head, open: !closes, seq, hash },
    story: [...seen.story, ...records],
    cluster: released ?? seen.cluster,
  };
}

export const sealed = ({ head }: LedgerView, entries: Some<Entry>, stamp: Stamp): Some<LedgerRecord> =>
  sealAll(entries, { incidentId: head.id, seq: head.seq + 1, prev: head.hash }, stamp);

/** HEAD goes on to the last of the records where it is still open and as it was seen. Inbox and run are others' to write. */
export function headWrite({ head }: LedgerView, records: Some<LedgerRecord>, alsoSets: Fields = {}, alsoIs: Fields = {}): Write {
  const { seq, hash } = lastOf(records);
  const is = { open: true, seq: head.seq, hash: head.hash, ...alsoIs };
  return { do: "update", key: headKey(head.id), fields: { seq, hash, ...alsoSets }, when: { is } };
}

const lastOf = (records: Some<LedgerRecord>): LedgerRecord => records.at(-1) ?? records[0];

/** Frees the key for the next generation, and takes back what the incident held. */
function closing(seen: LedgerView, released: ClusterState | undefined): readonly Write[] {
  const incident = incidentOf(seen);
  const { id, generation, cluster } = incident;
  return [
    { do: "update", key: openKey(incident), fields: { open: false }, when: { is: { open: true, id, generation } } },
    { do: "remove", key: openedKey(incident) },
    { do: "remove", key: tokenKey(id) },
    ...(released ? [clusterWrite(cluster, seen.cluster, released)] : []),
  ];
}

/** The cluster without this incident's lease and fold; undefined where it has neither. */
function handedBack({ cluster, head }: LedgerView): ClusterState | undefined {
  const { lease, parent, ...rest } = cluster;
  const leased = lease?.holder === head.id;
  const folds = parent === head.id;
  if (!leased && !folds) return undefined;
  return { ...rest, version: rest.version + 1, ...(leased || !lease ? {} : { lease }), ...(folds || !parent ? {} : { parent }) };
}
