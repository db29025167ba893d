import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextCluster } from "../../../kernel/permit.ts";
import type { IncidentId, Remedy } from "../../../kernel/types/index.ts";
import { cooldown } from "../../../runbook/guards/cooldown.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { asked, cluster } from "../../support/guards.ts";
import { aCluster, anEviction, anIncident, aPolicy, aRestart, aTemplateLabel, at } from "../../support/incidents.ts";

const other = "prod-svids-other-g1" as IncidentId;
const policy = aPolicy({ limits: { cooldownSeconds: 1800 } });
/** The cluster after the other incident was permitted this remedy at 0 s. */
const cooling = (remedy: Remedy) => cluster(nextCluster(aCluster(), { incident: other, remedy }, remedies, policy, at(0)));

describe("cooldown", () => {
  it("allows what nobody has touched", async () => expect(await asked(cooldown)).toEqual({ rule: "allow" }));

  it("waits for the end of another incident's, and names both", async () =>
    expect(await asked(cooldown, { ledger: cooling(aRestart()) })).toEqual({
      guard: "cooldown",
      rule: "deny",
      says: `prod-svids-other-g1 did this to the same workload; it cools down until ${at(1800)}`,
      until: at(1800),
    }));

  it("lets the incident that wrote go on", async () => {
    const incident = anIncident({ id: other });
    expect(await asked(cooldown, { incident, ledger: cooling(aRestart()) })).toEqual({ rule: "allow" });
  });

  it("holds for the owner's other pods, not for another kind or another owner", async () => {
    const ledger = cooling(anEviction("ledger-0"));
    expect((await asked(cooldown, { ledger, remedy: anEviction("ledger-1") })).rule).toBe("deny");
    expect((await asked(cooldown, { ledger, remedy: aRestart() })).rule).toBe("allow");
    const stranger = anEviction("ledger-0", { owner: { kind: "StatefulSet", name: "ledger", uid: "u-new" as never } });
    expect((await asked(cooldown, { ledger, remedy: stranger })).rule).toBe("allow");
  });

  it("what is to be taken back does not wait for its own rest", async () =>
    expect(await asked(cooldown, { undoing: true, remedy: aTemplateLabel(), ledger: cooling(aTemplateLabel()) })).toEqual({
      rule: "allow",
    }));

  it("is over at its end", async () =>
    expect(await asked(cooldown, { ledger: cooling(aRestart()), now: at(1800) })).toEqual({ rule: "allow" }));

  it("holds until its end, to the millisecond, and not after", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4_000_000 }), async (milliseconds) => {
        const { rule } = await asked(cooldown, { ledger: cooling(aRestart()), now: at(milliseconds / 1000) });
        expect(rule).toBe(milliseconds < 1_800_000 ? "deny" : "allow");
      }),
    ));
});
