import type { ClusterState, Entry, EntryOf, IncidentId, LedgerRecord } from "../../kernel/types/index.ts";

/** Throws where `next` cannot follow `seen`: a mistake of the caller, not a race. */
export function mustFollow(seen: ClusterState, next: ClusterState): void {
  demand(next.version === seen.version + 1, `version ${next.version} does not follow ${seen.version}`);
  demand(next.fence >= seen.fence, `the fence falls from ${seen.fence} to ${next.fence}`);
  demand(next.pending === undefined || next.pending.intent === seen.pending?.intent, "a write becomes pending by its permit only");
  if (next.lease === undefined) return;
  const kept = next.lease.holder === seen.lease?.holder;
  demand(
    kept ? next.lease.fence === seen.lease?.fence : next.lease.fence > seen.fence,
    "the fence rises with each new holder of the lease, and only then",
  );
  demand(next.lease.fence <= next.fence, "the lease's fence is above the highest that was given");
}

/** Throws where the intent and the lease in `next` do not belong together. */
export function mustHold(id: IncidentId, intent: EntryOf<"intent">, seen: ClusterState, next: ClusterState): void {
  demand(next.lease?.holder === id, "a permit needs the cluster's lease");
  demand(intent.fence === next.lease?.fence, "the intent does not carry the lease's fence");
  demand(next.lease !== undefined && intent.writeBefore < next.lease.until, "the lease ends before the write does");
  demand(next.parent === seen.parent, "a permit does not fold");
}

/** Throws where a write of this story has no outcome: nobody would look for it any more, and its cluster would be blocked for ever. */
export function mustBeSettled(story: readonly (LedgerRecord | Entry)[]): void {
  const outcomes = new Set(story.flatMap((record) => (record.type === "outcome" ? [record.intent] : [])));
  const open = story.some((record) => record.type === "intent" && "hash" in record && !outcomes.has(record.hash));
  if (open) throw new TypeError("a write has no outcome on record: nothing is closed before it is known what became of it");
}

function demand(holds: boolean, says: string): void {
  if (!holds) throw new TypeError(`not a next state of a cluster: ${says}`);
}
