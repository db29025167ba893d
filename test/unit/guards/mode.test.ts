import { describe, expect, it } from "vitest";
import { modes } from "../../../kernel/types/index.ts";
import { mode } from "../../../runbook/guards/mode.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { asked } from "../../support/guards.ts";
import { aNamespaceLabel, anIncident, aPolicy } from "../../support/incidents.ts";

const guard = mode(remedies);

describe("mode", () => {
  it("allows what the policy and the kind's ceiling both leave to the system", async () =>
    expect(await asked(guard)).toEqual({ rule: "allow" }));

  it("asks where a person must approve", async () =>
    expect(await asked(guard, { policy: aPolicy({ mode: { default: "approve" } }) })).toEqual({
      guard: "mode",
      rule: "ask",
      says: "rollout-restart on prod needs a person's approval",
    }));

  it("never passes the ceiling of a kind, whatever the policy says", async () =>
    expect(
      await asked(guard, { remedy: aNamespaceLabel(), policy: aPolicy({ mode: { remedies: { "label-namespace": "auto" } } }) }),
    ).toMatchObject({
      rule: "ask",
    }));

  it.each(["off", "observe"] as const)("denies in %s, and says for what and where", async (lowest) =>
    expect(await asked(guard, { policy: aPolicy({ mode: { clusters: { prod: lowest } } }) })).toEqual({
      guard: "mode",
      rule: "deny",
      says: `the mode of rollout-restart for workloads-not-receiving-svids on prod is ${lowest}`,
    }),
  );

  it("takes the lowest of cluster, scenario and kind", async () => {
    for (const cluster of modes)
      for (const scenario of modes)
        for (const kind of modes) {
          const said = await asked(guard, {
            policy: aPolicy({
              mode: {
                clusters: { prod: cluster },
                scenarios: { "workloads-not-receiving-svids": scenario },
                remedies: { "rollout-restart": kind },
              },
            }),
          });
          const all = [cluster, scenario, kind];
          const expected = all.some((one) => one === "off" || one === "observe") ? "deny" : all.includes("approve") ? "ask" : "allow";
          expect([...all, said.rule]).toEqual([...all, expected]);
        }
  });

  it("takes back without a second approval, but not where the mode was lowered meanwhile", async () => {
    const undo = { remedy: aNamespaceLabel(), undoing: true };
    expect(await asked(guard, undo)).toEqual({ rule: "allow" });
    expect(await asked(guard, { ...undo, policy: aPolicy({ mode: { default: "observe" } }) })).toMatchObject({ rule: "deny" });
  });

  it.each(["constructor", "__proto__", "toString"])("knows a cluster named %s only where the policy names it", async (name) => {
    const incident = anIncident({ cluster: name });
    expect(await asked(guard, { incident, policy: aPolicy({ mode: { default: "observe" } }) })).toMatchObject({
      rule: "deny",
      says: `the mode of rollout-restart for workloads-not-receiving-svids on ${name} is observe`,
    });
    const clusters = Object.fromEntries([[name, "auto" as const]]);
    expect(await asked(guard, { incident, policy: aPolicy({ mode: { default: "off", clusters } }) })).toEqual({ rule: "allow" });
  });
});
