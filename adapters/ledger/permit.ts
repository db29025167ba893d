import type { Permit } from "../../kernel/ports.ts";
import type { ClusterState, EntryOf, Instant, Kind, LedgerRecord, LedgerView, Remedy } from "../../kernel/types/index.ts";
import { headWrite, type Stamp, sealed } from "./append.ts";
import { commit } from "./commit.ts";
import { clusterWrite, recordWrite } from "./items.ts";
import { stopKey } from "./keys.ts";
import { mustFollow, mustHold } from "./rules.ts";
import type { Store, Write } from "./store.ts";
import { incidentOf } from "./view.ts";

export type Intent<K extends Kind = Kind> = EntryOf<"intent"> & { readonly remedy: Remedy<K> };

/** Intent, lease and budget in one transaction, and only while both stop switches are there and off. */
export async function permit<K extends Kind>(
  store: Store,
  seen: LedgerView,
  intent: Intent<K>,
  next: ClusterState,
  stamp: Stamp,
): Promise<Permit<K> | "conflict" | "stopped"> {
  const { id, cluster } = incidentOf(seen);
  mustFollow(seen.cluster, next);
  mustHold(id, intent, seen.cluster, next);
  if (foldedAway(seen) || leasedToAnother(seen, stamp.written)) return "conflict";
  const records = sealed(seen, [intent], stamp);
  const writes = [
    headWrite(seen, records),
    recordWrite(records[0]),
    clusterWrite(cluster, seen.cluster, next),
    off("all"),
    off({ cluster }),
  ] as const;
  const refused = await commit(store, writes, records[0]);
  if (refused.length === 0) return grant(intent, records[0]);
  return refused.some((place) => writes[place]?.do === "check") ? "stopped" : "conflict";
}

/** The permit of an intent on record that has no outcome, or one that is not known yet. */
export function permitOf(seen: LedgerView, intent: LedgerRecord<EntryOf<"intent">>): Permit {
  const there = seen.story.find((record) => record.hash === intent.hash);
  if (there?.type !== "intent") throw new TypeError(`no intent ${intent.hash} is on record for ${seen.head.id}`);
  if (seen.story.some((record) => record.type === "outcome" && record.intent === there.hash && record.effect !== "unknown")) {
    throw new TypeError(`intent ${there.seq} of ${seen.head.id} has its outcome: there is nothing to reconcile`);
  }
  return grant(there, there);
}

/** The only place in which a permit is made: out of an intent, and the record that it became. */
const grant = <K extends Kind>({ remedy, writeBefore }: Intent<K>, { hash, incidentId }: LedgerRecord): Permit<K> =>
  ({ remedy, intent: hash, writeBefore, incident: incidentId }) as Permit<K>;

/** A fold that is open, and is not this incident: no permits in its children. By the version that is compared it still is as it was seen. */
const foldedAway = ({ cluster: { parent }, head }: LedgerView): boolean => parent !== undefined && parent !== head.id;

const leasedToAnother = ({ cluster: { lease }, head }: LedgerView, now: Instant): boolean =>
  lease !== undefined && lease.holder !== head.id && lease.until > now;

const off = (of: "all" | { readonly cluster: string }): Write => ({ do: "check", key: stopKey(of), when: { is: { state: "off" } } });
