import type { ClusterState, EntryOf, IncidentId } from "../../kernel/types/index.ts";

/** Throws where `next` cannot follow `seen`: a mistake of the caller, not a race. */
export function mustFollow(seen: ClusterState, next: ClusterState): void {
  demand(next.version === seen.version + 1, `version ${next.version} does not follow ${seen.version}`);
  demand(next.fence >= seen.fence, `the fence falls from ${seen.fence} to ${next.fence}`);
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

function demand(holds: boolean, says: string): void {
  if (!holds) throw new TypeError(`not a next state of a cluster: ${says}`);
}
