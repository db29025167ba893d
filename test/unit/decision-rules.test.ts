import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assessAll } from "../../kernel/assess.ts";
import { isHealthy, isHealthyOnRecord } from "../../kernel/diagnose.ts";
import { scenarioIds } from "../../kernel/types/index.ts";
import * as decide from "../../lambdas/decide/handler.ts";
import { decisionRules } from "../../runbook/decision-rules.ts";
import { rules } from "../../runbook/rules.ts";
import { given } from "../support/evidence.ts";
import { anAlert, anIncident } from "../support/incidents.ts";
import { link } from "../support/rules.ts";
import { aStage } from "./act/stage.ts";

const scopes = [
  { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" },
  { of: "namespace", namespace: "payments" },
  { of: "node", node: "n1" },
  { of: "host", instance: "i-1" },
  { of: "cluster" },
] as const;

describe("the rules for who decides", () => {
  it.each(scenarioIds)("look at an incident of %s by the same section as those for who looks", (scenario) => {
    for (const scope of scopes)
      for (const about of ["owner", "agent"]) {
        const incident = anIncident({ scenario, scope, alerts: [anAlert({ labels: { scope: about } })] });
        expect(decisionRules.scenarioOf(incident).id).toBe(rules.scenarioOf(incident).id);
      }
  });

  it("know of each remedy what those for who looks know, but for its proof", () => {
    const known = Object.entries(rules.remedies).map(([kind, { proof: _proof, owed: _owed, ...facts }]) => [kind, facts]);
    expect(Object.entries(decisionRules.remedies)).toEqual(known);
    expect(decisionRules.guards).toBe(rules.guards);
  });

  it("are enough to decide by what a diagnosis has gathered", async () => {
    const stage = await aStage();
    await stage.diagnose();
    const next = await decide.handler(
      { id: stage.id },
      { ...stage, rules: decisionRules, starter: { start: async () => {} }, by: "Decide" },
    );
    expect(next).toEqual({ id: stage.id, to: "RolloutWorkload" });
    expect(await stage.last("decided")).toMatchObject({ verdict: { verdict: "allow", passed: rules.guards.map(({ id }) => id) } });
  });
});

describe("health on record", () => {
  it("is health by the chain: a side finding says that it is one", () => {
    const answers = fc.constantFrom("healthy", "faulty", "unknown", "not-applicable");
    fc.assert(
      fc.property(fc.array(fc.tuple(answers, fc.boolean()), { minLength: 1, maxLength: 6 }), (asked) => {
        const chain = asked.map(([is, side], index) => ({
          ...link(`check-${index}`, side ? "side" : "link"),
          assess: (_subject: unknown, read: Parameters<ReturnType<typeof link>["assess"]>[1]) => {
            read.maybe({ source: "kubernetes", text: "x", parse: (raw) => raw });
            return { is, says: is } as ReturnType<ReturnType<typeof link>["assess"]>;
          },
        }));
        const subject = { on: "workload", namespace: "a", owner: { kind: "Pod", name: "p" } } as const;
        const seen = new Map([["kubernetes\nx", { state: "observed", value: 1, at: given().now, ref: "r" } as never]]);
        const [first, ...others] = assessAll(chain, subject, given(), seen).value;
        if (!first) throw new Error("a chain has links");
        const diagnosis = { round: 1, findings: [first, ...others], cause: undefined, remedies: [] } as const;
        expect(isHealthyOnRecord(diagnosis)).toBe(isHealthy(chain, diagnosis));
        expect(diagnosis.findings.map(({ role }) => role)).toEqual(asked.map(([, side]) => (side ? "side" : undefined)));
      }),
    );
  });
});
