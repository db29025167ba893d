import { describe, expect, it } from "vitest";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { oneAtATime } from "../../../runbook/guards/one-at-a-time.ts";
import { asked, cluster } from "../../support/guards.ts";
import { anIncident, at, sha } from "../../support/incidents.ts";

const other = "prod-svids-other-g1" as IncidentId;
const lease = (seconds: number, holder = other) => cluster({ lease: { holder, fence: 4, until: at(seconds) } });

describe("one-at-a-time", () => {
  it("allows in a cluster that nobody changes", async () => expect(await asked(oneAtATime)).toEqual({ rule: "allow" }));

  it("waits for another's proof, and asks again before the lease would end", async () => {
    const says = "prod-svids-other-g1 is changing this cluster and has not proved it yet";
    expect(await asked(oneAtATime, { ledger: lease(600) })).toEqual({ guard: "one-at-a-time", rule: "deny", says, until: at(120) });
    expect(await asked(oneAtATime, { ledger: lease(100) })).toMatchObject({ says, until: at(100) });
  });

  it("allows at the lease's end, and to its holder", async () => {
    expect((await asked(oneAtATime, { ledger: lease(90) })).rule).toBe("allow");
    expect((await asked(oneAtATime, { ledger: lease(90.001) })).rule).toBe("deny");
    expect((await asked(oneAtATime, { ledger: lease(600, anIncident().id) })).rule).toBe("allow");
  });

  it("changes nothing below an incident that stands for the whole cluster, until people are done with it", async () => {
    expect(await asked(oneAtATime, { ledger: cluster({ parent: other }) })).toEqual({
      guard: "one-at-a-time",
      rule: "deny",
      says: "prod-svids-other-g1 stands for a fault of the whole cluster; nothing is changed below it",
    });
    expect(await asked(oneAtATime, { ledger: cluster({ parent: anIncident().id }) })).toEqual({ rule: "allow" });
  });

  it("waits for a write whose outcome is not on record, whoever's it is and whatever became of the lease", async () => {
    const pending = { incident: other, intent: sha("intent"), writeBefore: at(20) };
    const says = "prod-svids-other-g1 has written to this cluster, and what became of it is not on record yet";
    for (const state of [
      {},
      { lease: { holder: other, fence: 4, until: at(60) } },
      { lease: { holder: anIncident().id, fence: 4, until: at(60) } },
    ])
      expect(await asked(oneAtATime, { ledger: cluster({ ...state, pending }) })).toEqual({
        ...{ guard: "one-at-a-time", rule: "deny", says, until: at(120) },
      });
    // Before the write is over there is nothing to find out.
    const underWay = cluster({ pending: { ...pending, writeBefore: at(200) } });
    expect(await asked(oneAtATime, { ledger: underWay })).toMatchObject({ until: at(215) });
  });

  it("holds for an undo", async () => {
    expect((await asked(oneAtATime, { undoing: true, ledger: lease(600) })).rule).toBe("deny");
    expect((await asked(oneAtATime, { undoing: true, ledger: cluster({ parent: other }) })).rule).toBe("deny");
  });
});
