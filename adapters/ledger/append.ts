import { sealAll } from "../../kernel/story.ts";
import type { ClusterState, Entry, Instant, LedgerRecord, LedgerView, Some } from "../../kernel/types/index.ts";
import { commit } from "./commit.ts";
import { clusterWrite, recordWrite } from "./items.ts";
import { answerKey, headKey, openedKey, openKey, tokenKey } from "./keys.ts";
import { mustBeSettled, mustFollow } from "./rules.ts";
import type { Fields, Store, Write } from "./store.ts";
import { incidentOf } from "./view.ts";

export interface Stamp {
  readonly written: Instant;
  readonly by: string;
  readonly nonce: string;
}

/**
 * Appends behind what was seen, and moves the cluster's state to `wanted` with it. A `closed` entry is the last one, and also takes the incident
 * out of all that keeps it open.
 */
export async function append(
  store: Store,
  seen: LedgerView,
  entries: Some<Entry>,
  stamp: Stamp,
  wanted?: ClusterState,
): Promise<LedgerView | "conflict"> {
  for (const [index, { type }] of entries.entries()) {
    if (type === "opened" || type === "intent") throw new TypeError(`'${type}' is not appended: it comes out of its own transaction`);
    if (type === "closed" && index !== entries.length - 1) throw new TypeError("nothing stands behind 'closed'");
  }
  if (wanted) mustFollow(seen.cluster, wanted);
  const records = sealed(seen, entries, stamp);
  const closes = entries.at(-1)?.type === "closed";
  if (closes) mustBeSettled([...seen.story, ...entries]);
  const cluster = clusterAfter(seen, entries, wanted);
  const writes = [
    headWrite(seen, records, closes ? { open: false } : {}, closes ? { inbox: seen.head.inbox } : {}),
    ...records.map(recordWrite),
    ...records.flatMap(said),
    ...(closes ? closing(seen, stamp.written) : []),
    ...(cluster ? [clusterWrite(incidentOf(seen).cluster, seen.cluster, cluster)] : []),
  ] as const;
  const refused = await commit(store, writes, records[0]);
  if (refused.length > 0) return "conflict";
  const { seq, hash } = lastOf(records);
  return {
    ...seen,
    head: { ...seen.head, open: !closes, seq, hash },
    story: [...seen.story, ...records],
    cluster: cluster ?? seen.cluster,
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

/** An answer stands with people's things, too, tied to its record: a record alone permits nothing. */
const said = (record: LedgerRecord): readonly Write[] =>
  record.type === "answered"
    ? [
        {
          do: "put",
          key: answerKey(record.incidentId, record.plan),
          fields: { yes: record.yes, who: record.who, record: record.hash },
        },
      ]
    : [];

/** Frees the key for the next generation, which is told when. */
function closing(seen: LedgerView, closed: Instant): readonly Write[] {
  const incident = incidentOf(seen);
  const { id, generation } = incident;
  return [
    { do: "update", key: openKey(incident), fields: { open: false, closed }, when: { is: { open: true, id, generation } } },
    { do: "remove", key: openedKey(incident) },
    { do: "remove", key: tokenKey(id) },
  ];
}

/**
 * The cluster's state behind these entries: as it is wanted, less the pending write whose outcome is among them, less the lease and fold of
 * an incident that closes. Undefined where it stays as it is.
 */
function clusterAfter({ cluster, head }: LedgerView, entries: Some<Entry>, wanted?: ClusterState): ClusterState | undefined {
  const { pending, lease, parent, ...rest } = wanted ?? cluster;
  const closes = entries.at(-1)?.type === "closed";
  const settled = pending?.incident === head.id && entries.some((entry) => entry.type === "outcome" && entry.intent === pending.intent);
  const leased = closes && lease?.holder === head.id;
  const folds = closes && parent === head.id;
  if (!wanted && !settled && !leased && !folds) return undefined;
  return {
    ...rest,
    version: cluster.version + 1,
    ...(pending && !settled ? { pending } : {}),
    ...(lease && !leased ? { lease } : {}),
    ...(parent && !folds ? { parent } : {}),
  };
}
