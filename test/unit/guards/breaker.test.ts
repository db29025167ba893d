import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClusterState } from "../../../kernel/types/index.ts";
import { breaker } from "../../../runbook/guards/breaker.ts";
import { asked, cluster } from "../../support/guards.ts";
import { anEviction, aPolicy } from "../../support/incidents.ts";

const policy = (breakerAfter: number) => aPolicy({ limits: { breakerAfter } });

describe("breaker", () => {
  it("allows where nothing failed", async () => expect(await asked(breaker)).toEqual({ rule: "allow" }));

  it("denies from the limit on, and names kind, number and cluster", async () => {
    expect(await asked(breaker, { ledger: cluster({ failed: { "rollout-restart": 2 } }) })).toEqual({ rule: "allow" });
    expect(await asked(breaker, { ledger: cluster({ failed: { "rollout-restart": 3 } }) })).toEqual({
      guard: "breaker",
      rule: "deny",
      says: "rollout-restart failed 3 times in a row on prod: the breaker is open until a person resumes it",
    });
  });

  it("counts each kind by itself, and lets what did not help be taken back", async () => {
    const ledger = cluster({ failed: { "rollout-restart": 9 } });
    expect(await asked(breaker, { ledger, remedy: anEviction() })).toEqual({ rule: "allow" });
    expect(await asked(breaker, { ledger, undoing: true })).toEqual({ rule: "allow" });
  });

  it("reads the table's own numbers only", async () => {
    const failed: ClusterState["failed"] = Object.create({ "rollout-restart": 9 });
    expect(await asked(breaker, { ledger: cluster({ failed }) })).toEqual({ rule: "allow" });
  });

  it("is shut below the limit and open from it on, for any limit", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(20), fc.integer({ min: 1, max: 20 }), async (failures, limit) => {
        const { rule } = await asked(breaker, { ledger: cluster({ failed: { "rollout-restart": failures } }), policy: policy(limit) });
        expect(rule).toBe(failures >= limit ? "deny" : "allow");
      }),
    ));
});
