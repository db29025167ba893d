import { own } from "./own.ts";
import { coolingKey, ruleOf } from "./plan.ts";
import { after, latest, secondsBetween } from "./time.ts";
import type { ClusterState, IncidentId, Instant, KnownRemedies, Policy, Remedy } from "./types/index.ts";

export const hour = 3600;

/** Until when the write must have been sent. */
export const writeBefore = (policy: Policy, now: Instant): Instant => after(now, policy.timing.writeWithinSeconds);

/** From when on a write without an answer has happened or will not: then it is looked for, by reading. */
export const settledAfter = (policy: Policy, before: Instant): Instant =>
  after(before, policy.timing.requestTimeoutSeconds + policy.timing.clockSkewSeconds);

export const changesWithin = (changes: readonly Instant[], seconds: number, now: Instant): readonly Instant[] =>
  changes.filter((at) => secondsBetween(at, now) < seconds);

/** A write that asks for its permit; where it takes one back, when that was permitted. */
export interface Asking {
  readonly incident: IncidentId;
  readonly remedy: Remedy;
  readonly undoes?: Instant;
}

/**
 * The cluster's guard state once this write is permitted: the lease is ours until the write is proved, its place in the hour's budget is
 * taken (with one more for its undo, which the undo moves to its own time), its owner cools down.
 */
export function nextCluster(seen: ClusterState, of: Asking, remedies: KnownRemedies, policy: Policy, now: Instant): ClusterState {
  const rule = ruleOf(remedies, of.remedy.kind);
  const { timing, limits } = policy;
  const fence = seen.lease?.holder === of.incident ? seen.lease.fence : seen.fence + 1;
  const proof = rule.proveWithinSeconds * timing.settleFactor + timing.lookAgainSeconds;
  const until = after(settledAfter(policy, writeBefore(policy, now)), Math.max(proof, timing.leaseSeconds));
  const places = of.undoes === undefined && typeof rule.undo === "function" ? [now, now] : [now];
  return {
    ...seen,
    version: seen.version + 1,
    fence: Math.max(fence, seen.fence),
    lease: { holder: of.incident, fence, until },
    changes: [...changesWithin(less(seen.changes, of.undoes), hour, now), ...places],
    cooling: {
      ...Object.fromEntries(Object.entries(seen.cooling).filter(([, { until: end }]) => end > now)),
      [coolingKey(of.remedy)]: { until: after(now, limits.cooldownSeconds), by: of.incident },
    },
  };
}

/** Without one of these. */
function less(changes: readonly Instant[], one: Instant | undefined): readonly Instant[] {
  const place = one === undefined ? -1 : changes.indexOf(one);
  return place < 0 ? changes : changes.toSpliced(place, 1);
}

export interface Concluded {
  readonly incident: IncidentId;
  readonly remedy: Remedy;
  readonly failed: boolean;
  readonly proved: boolean;
  /** The write is to be taken back. */
  readonly undoDue: boolean;
}

/**
 * After the conclusion: the lease is free, unless the write is to be taken back: then it is kept for as long as that may wait for its turn. A
 * failure counts towards the breaker, only a proof clears it; and what failed rests from now on.
 */
export function concludedCluster(seen: ClusterState, of: Concluded, policy: Policy, now: Instant): ClusterState {
  const { lease, ...rest } = seen;
  const kept = heldAfter(lease, of, policy, now);
  const before = own(seen.failed, of.remedy.kind) ?? 0;
  const failures = of.failed ? before + 1 : of.proved ? 0 : before;
  const resting = { until: after(now, policy.limits.cooldownSeconds), by: of.incident };
  return {
    ...rest,
    ...(kept ? { lease: kept } : {}),
    version: seen.version + 1,
    failed: { ...seen.failed, [of.remedy.kind]: failures },
    cooling: of.failed ? { ...seen.cooling, [coolingKey(of.remedy)]: resting } : seen.cooling,
  };
}

/** Another's stays as it is. */
function heldAfter(lease: ClusterState["lease"], { incident, undoDue }: Concluded, policy: Policy, now: Instant): ClusterState["lease"] {
  if (lease?.holder !== incident) return lease;
  return undoDue ? { ...lease, until: latest(lease.until, undoBefore(policy, now)) } : undefined;
}

/** Until when taking back may wait for what forbids it to pass, from the conclusion on; then people are told, and it comes first once it may be done. */
export const undoBefore = (policy: Policy, concluded: Instant): Instant => after(concluded, policy.timing.longestWaitSeconds);
