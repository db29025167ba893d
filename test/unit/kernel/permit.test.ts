import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concludedCluster, nextCluster, settledAfter, writeBefore } from "../../../kernel/permit.ts";
import { attemptOf, lowest, planOf, remedyMode } from "../../../kernel/plan.ts";
import { grade } from "../../../kernel/prove.ts";
import type { Finding, IncidentId, Instant, Mode } from "../../../kernel/types/index.ts";
import { aCluster, aNamespaceLabel, anEviction, anIncident, aPolicy, aRestart, at, sha } from "../../support/incidents.ts";
import { someRemedies } from "../../support/rules.ts";

const me = "me" as IncidentId;
const other = "other" as IncidentId;
const remedies = someRemedies();
const next = (seen = aCluster(), remedy: Parameters<typeof planOf>[0] = aRestart(), undoes?: Instant) =>
  nextCluster(seen, { incident: me, remedy, ...(undoes ? { undoes } : {}) }, remedies, aPolicy(), at(4000));

describe("the cluster's state after a permit", () => {
  it("takes one place of the hour, one more for what can be taken back", () => {
    expect(next().changes).toEqual([at(4000)]);
    expect(next(aCluster(), aNamespaceLabel()).changes).toEqual([at(4000), at(4000)]);
  });
  it("moves the place that was kept for it to the time of the taking-back, however late that is", () => {
    const taken = (changes: readonly number[], undoes: number) =>
      next(aCluster({ changes: changes.map(at) }), aNamespaceLabel(), at(undoes)).changes;
    expect(taken([1000, 2000, 2000, 3000], 2000)).toEqual([1000, 2000, 3000, 4000].map(at));
    // The hour of the write is over, and its places with it.
    expect(taken([100, 100], 100)).toEqual([at(4000)]);
    expect(taken([], 100)).toEqual([at(4000)]);
  });
  it("forgets what is older than an hour, and nothing younger", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 })), (seconds) => {
        const kept = next(aCluster({ changes: seconds.map(at) })).changes.length - 1;
        expect(kept).toBe(seconds.filter((s) => 4000 - s < 3600).length);
      }),
    );
  });
  it("raises the version by one, and the fence with each new holder only", () => {
    expect(next().version).toBe(4);
    expect(next().lease).toMatchObject({ holder: me, fence: 5 });
    expect(next(aCluster({ lease: { holder: me, fence: 4, until: at(0) } })).lease?.fence).toBe(4);
    expect(next(aCluster({ lease: { holder: other, fence: 4, until: at(0) } })).lease?.fence).toBe(5);
  });
  it("holds the lease past the write, its timeout and the clocks' skew, for any timing that the policy accepts", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 30 }),
        (writeWithinSeconds, requestTimeoutSeconds, clockSkewSeconds) => {
          const policy = aPolicy({ timing: { writeWithinSeconds, requestTimeoutSeconds, clockSkewSeconds, settleFactor: 0 } });
          const until = nextCluster(aCluster(), { incident: me, remedy: aRestart() }, remedies, policy, at(0)).lease?.until ?? "";
          expect(until > settledAfter(policy, writeBefore(policy, at(0)))).toBe(true);
        },
      ),
    );
  });
  it("cools the owner, not the pod that is gone after the write", () => {
    expect(Object.keys(next(aCluster(), anEviction("ledger-0")).cooling)).toEqual(
      Object.keys(next(aCluster(), anEviction("ledger-1")).cooling),
    );
  });
});

describe("after the conclusion", () => {
  it("frees our lease and nobody else's", () => {
    const held = (holder: IncidentId) =>
      concludedCluster(
        aCluster({ lease: { holder, fence: 1, until: at(9) } }),
        { incident: me, remedy: aRestart(), failed: false, proved: true, undoDue: false },
        aPolicy(),
        at(0),
      ).lease;
    expect(held(me)).toBeUndefined();
    expect(held(other)?.holder).toBe(other);
  });
  it("keeps ours while the write is to be taken back, until people would be told, and never shortens it; another's stays as it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 }), (ends, now) => {
        const lease = { holder: me, fence: 3, until: at(ends) };
        const of = { incident: me, remedy: aNamespaceLabel(), failed: true, proved: false, undoDue: true };
        const kept = concludedCluster(aCluster({ lease }), of, aPolicy(), at(now)).lease;
        expect(kept).toEqual({ ...lease, until: at(Math.max(ends, now + aPolicy().timing.longestWaitSeconds)) });
        expect(kept?.until).toBe(at(Math.max(ends, now + 900)));
        const others = { ...lease, holder: other };
        expect(concludedCluster(aCluster({ lease: others }), of, aPolicy(), at(now)).lease).toEqual(others);
        expect(concludedCluster(aCluster(), of, aPolicy(), at(now))).not.toHaveProperty("lease");
      }),
    );
  });
  it("leaves a pending write pending: only its outcome ends it", () => {
    const pending = { incident: other, intent: sha("intent"), writeBefore: at(20) };
    const of = { incident: me, remedy: aRestart(), failed: true, proved: false, undoDue: false };
    expect(concludedCluster(aCluster({ pending }), of, aPolicy(), at(30)).pending).toEqual(pending);
  });
  it("counts failures in a row", () => {
    const of = (failed: boolean, proved: boolean, before: number) =>
      concludedCluster(
        aCluster({ failed: { "rollout-restart": before } }),
        { incident: me, remedy: aRestart(), failed, proved, undoDue: false },
        aPolicy(),
        at(0),
      ).failed["rollout-restart"];
    expect([of(true, false, 0), of(true, false, 2), of(false, true, 2), of(false, false, 2)]).toEqual([1, 3, 0, 2]);
  });
});

describe("plans and attempts", () => {
  it("an approval covers the owner's next pod; an attempt is one pod's", () => {
    expect(planOf(anEviction("ledger-0"))).toBe(planOf(anEviction("ledger-1")));
    expect(attemptOf(anEviction("ledger-0"))).not.toBe(attemptOf(anEviction("ledger-1")));
  });
  it("other parameters are another plan; a newer resourceVersion is not", () => {
    const label = aNamespaceLabel();
    expect(planOf({ ...label, set: { ...label.set, to: "other" } })).not.toBe(planOf(label));
    expect(planOf({ ...label, target: { ...label.target, resourceVersion: "8" } })).toBe(planOf(label));
  });
});

describe("mode", () => {
  const modes: readonly Mode[] = ["off", "observe", "approve", "auto"];
  it("is the lowest of cluster, scenario, kind and ceiling", () => {
    fc.assert(
      fc.property(fc.constantFrom(...modes), fc.constantFrom(...modes), fc.constantFrom(...modes), (cluster, scenario, kind) => {
        const policy = aPolicy({
          mode: {
            default: "off",
            clusters: { prod: cluster },
            scenarios: { "workloads-not-receiving-svids": scenario },
            remedies: { "label-namespace": kind },
          },
        });
        const given = remedyMode(policy, anIncident(), "label-namespace", remedies);
        expect(given).toBe(lowest(cluster, scenario, kind, "approve"));
        expect(modes.indexOf(given)).toBeLessThanOrEqual(modes.indexOf("approve"));
      }),
    );
  });
  it("of a cluster that the policy does not name is the default", () =>
    expect(remedyMode(aPolicy({ mode: { default: "observe" } }), anIncident(), "evict-pod", remedies)).toBe("observe"));
});

describe("a look", () => {
  const of = (...is: Finding["is"][]) =>
    is.map((one) => ({ is: one, says: "", check: "", subject: { on: "fleet" }, evidence: [sha("e")] }) as unknown as Finding);
  it.each([
    [of("healthy", "healthy"), of("healthy"), "good"],
    [of("healthy"), of("unknown"), "owed"],
    [of("healthy"), of("faulty"), "owed"],
    [of("healthy", "unknown"), of("healthy"), "inconclusive"],
    [of("not-applicable"), of("healthy"), "inconclusive"],
    [of("unknown", "faulty"), of("healthy"), "bad"],
    [of(), of("healthy"), "inconclusive"],
  ] as const)("%# is what its findings make it", (proof, owed, look) => expect(grade(proof, owed)).toBe(look));
});
