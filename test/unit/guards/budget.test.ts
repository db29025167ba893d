import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextCluster } from "../../../kernel/permit.ts";
import { milliseconds } from "../../../kernel/time.ts";
import type { Instant, Remedy } from "../../../kernel/types/index.ts";
import { budget } from "../../../runbook/guards/budget.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { asked, cluster } from "../../support/guards.ts";
import { aCluster, aNamespaceLabel, anIncident, aPolicy, aRestart, at } from "../../support/incidents.ts";

const guard = budget(remedies);
interface Case {
  readonly remedy?: Remedy;
  readonly changes: readonly number[];
  readonly limit?: number;
  readonly now?: Instant;
  readonly undoing?: boolean;
}
const said = ({ changes, limit = 6, ...rest }: Case) =>
  asked(guard, { ledger: cluster({ changes: changes.map(at) }), policy: aPolicy({ limits: { changesPerHour: limit } }), ...rest });
const now = at(4000);

describe("budget", () => {
  it("allows while a place is left", async () => {
    expect(await said({ changes: [], now })).toEqual({ rule: "allow" });
    expect(await said({ changes: [1000, 1100, 1200, 1300, 1400], now })).toEqual({ rule: "allow" });
  });

  it("waits until the oldest change is an hour old", async () =>
    expect(await said({ changes: [1000, 1100, 1200, 1300, 1400, 1500], now })).toEqual({
      guard: "budget",
      rule: "deny",
      says: "6 of 6 changes of this hour are used, and rollout-restart needs 1",
      until: at(4600),
    }));

  it("what can be taken back needs a second place, kept for that", async () => {
    const changes = [1000, 1100, 1200, 1300, 1400];
    expect(await said({ remedy: aNamespaceLabel(), changes, now })).toMatchObject({
      says: "5 of 6 changes of this hour are used, and label-namespace needs 2",
      until: at(4600),
    });
    expect((await said({ remedy: aNamespaceLabel(), changes: changes.slice(1), now })).rule).toBe("allow");
    expect((await said({ remedy: aNamespaceLabel(), changes: [...changes, 1500], now, undoing: true })).rule).toBe("allow");
  });

  it("denies for good what never fits", async () => {
    expect(await said({ remedy: aNamespaceLabel(), changes: [], limit: 1, now })).toEqual({
      guard: "budget",
      rule: "deny",
      says: "label-namespace takes 2 of the hour's changes, and the policy allows 1",
    });
    expect(await said({ changes: [], limit: 0, now })).not.toHaveProperty("until");
  });

  const times = fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 12 }).map((list) => list.sort((a, b) => a - b));
  const remedy = fc.constantFrom<Remedy>(aRestart(), aNamespaceLabel());
  const limit = fc.integer({ min: 2, max: 8 });

  it("agrees with a count by hand, for any changes of the past", () =>
    fc.assert(
      fc.asyncProperty(times, limit, remedy, async (changes, allowed, which) => {
        const lastHour = changes.filter((second) => second > 4000 - 3600).length;
        const places = which.kind === "label-namespace" ? 2 : 1;
        const { rule } = await said({ remedy: which, changes, limit: allowed, now });
        expect(rule).toBe(lastHour + places <= allowed ? "allow" : "deny");
      }),
    ));

  it("a wait is as long as it must be, and no longer: at its end there is a place, a millisecond before there is none", () =>
    fc.assert(
      fc.asyncProperty(times, limit, remedy, async (changes, allowed, which) => {
        const first = await said({ remedy: which, changes, limit: allowed, now });
        if (first.rule !== "deny") return;
        const until = first.until ?? at(0);
        const before = new Date(milliseconds(until) - 1).toISOString() as Instant;
        expect((await said({ remedy: which, changes, limit: allowed, now: until })).rule).toBe("allow");
        expect((await said({ remedy: which, changes, limit: allowed, now: before })).rule).toBe("deny");
      }),
    ));

  // A write is taken back before the next one is permitted: it keeps the lease until then.
  it("never lets more through in any hour than the policy allows, undos counted, whenever they come", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1200 }), remedy, fc.option(fc.integer({ min: 0, max: 4000 }))), { maxLength: 30 }),
        limit,
        async (attempts, allowed) => {
          const policy = aPolicy({ limits: { changesPerHour: allowed } });
          let state = aCluster();
          let clock = 0;
          const taken: number[] = [];
          for (const [pause, which, undoneAfter] of attempts) {
            clock += pause;
            if ((await asked(guard, { remedy: which, ledger: cluster(state), policy, now: at(clock) })).rule !== "allow") continue;
            state = nextCluster(state, { incident: anIncident().id, remedy: which }, remedies, policy, at(clock));
            taken.push(clock);
            if (which.kind !== "label-namespace" || undoneAfter === null) continue;
            const undoes = at(clock);
            clock += undoneAfter;
            state = nextCluster(state, { incident: anIncident().id, remedy: which, undoes }, remedies, policy, at(clock));
            taken.push(clock);
          }
          for (const end of taken)
            expect(taken.filter((second) => second > end - 3600 && second <= end).length).toBeLessThanOrEqual(allowed);
        },
      ),
      { numRuns: 50 },
    ));
});
