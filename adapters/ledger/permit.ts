import type { Permit, Permitted } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { ClusterState, EntryOf, Instant, Kind, LedgerRecord, LedgerView, Remedy, Some } from "../../kernel/types/index.ts";
import { headWrite, type Stamp, sealed } from "./append.ts";
import { commit } from "./commit.ts";
import { clusterWrite, recordWrite } from "./items.ts";
import { answerKey, stopKey } from "./keys.ts";
import { mustFollow, mustHold } from "./rules.ts";
import type { Store, Write } from "./store.ts";
import { incidentOf } from "./view.ts";

export type Intent<K extends Kind = Kind> = EntryOf<"intent"> & { readonly remedy: Remedy<K> };

/**
 * Intent, lease, budget and the pending write in one transaction, and only while no other write is pending and both stop switches are there and off. A plan
 * that a person has answered also needs that answer as the person gave it, beside its record.
 */
export async function permit<K extends Kind>(
  store: Store,
  seen: LedgerView,
  intent: Intent<K>,
  next: ClusterState,
  stamp: Stamp,
): Promise<Permit<K> | "conflict" | "stopped" | "unanswered"> {
  const { id, cluster } = incidentOf(seen);
  mustFollow(seen.cluster, next);
  mustHold(id, intent, seen.cluster, next);
  if (seen.cluster.pending || foldedAway(seen) || leasedToAnother(seen, stamp.written)) return "conflict";
  const records = sealed(seen, [intent], stamp);
  const pending = { incident: id, intent: records[0].hash, writeBefore: intent.writeBefore };
  const stops = [off("all"), off({ cluster })];
  const writes: Some<Write> = [
    headWrite(seen, records),
    recordWrite(records[0]),
    clusterWrite(cluster, seen.cluster, { ...next, pending }),
    ...stops,
    ...given(seen, intent),
  ];
  const refused = await commit(store, writes, records[0]);
  // The only place in which leave to write is given.
  if (refused.length === 0) return permitted(intent, records[0]) as Permit<K>;
  const checks = writes.filter((write, place) => write.do === "check" && refused.includes(place));
  if (checks.some((write) => stops.includes(write))) return "stopped";
  return checks.length > 0 ? "unanswered" : "conflict";
}

/** What an intent on record permitted that has no outcome, or one that is not known yet. */
export function permitOf(seen: LedgerView, intent: LedgerRecord<EntryOf<"intent">>): Permitted {
  const there = seen.story.find((record) => record.hash === intent.hash);
  if (there?.type !== "intent") throw new TypeError(`no intent ${intent.hash} is on record for ${seen.head.id}`);
  if (seen.story.some((record) => record.type === "outcome" && record.intent === there.hash && record.effect !== "unknown")) {
    throw new TypeError(`intent ${there.seq} of ${seen.head.id} has its outcome: there is nothing to reconcile`);
  }
  return permitted(there, there);
}

const permitted = <K extends Kind>({ remedy, writeBefore }: Intent<K>, { hash, incidentId }: LedgerRecord): Permitted<K> => ({
  ...{ remedy, writeBefore },
  ...{ intent: hash, incident: incidentId },
});

/** A fold that is open, and is not this incident: no permits in its children. By the version that is compared it still is as it was seen. */
const foldedAway = ({ cluster: { parent }, head }: LedgerView): boolean => parent !== undefined && parent !== head.id;

const leasedToAnother = ({ cluster: { lease }, head }: LedgerView, now: Instant): boolean =>
  lease !== undefined && lease.holder !== head.id && lease.until > now;

const given = ({ head, story }: LedgerView, { plan }: Intent): readonly Write[] => {
  const answer = progress(story).answers.get(plan);
  return answer ? [{ do: "check", key: answerKey(head.id, plan), when: { is: { yes: true, record: answer.hash } } }] : [];
};

const off = (of: "all" | { readonly cluster: string }): Write => ({ do: "check", key: stopKey(of), when: { is: { state: "off" } } });
