import { describe, expect, it } from "vitest";
import type { Expected, Remedy } from "../../../kernel/types/index.ts";
import { expectedByPolicy } from "../../../runbook/guards/expected-by-policy.ts";
import { asked } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aPolicy, aRestart, aTemplateLabel } from "../../support/incidents.ts";

const rule = async (remedy: Remedy, ...expected: readonly Expected[]) =>
  (await asked(expectedByPolicy, { remedy, policy: aPolicy({ expected }) })).rule;

describe("expected-by-policy", () => {
  it.each([aRestart(), anEviction()])("has nothing to say about $kind, which grants nothing", async (remedy) =>
    expect(await rule(remedy)).toBe("allow"),
  );

  it.each<readonly [string, Expected, namespace: "allow" | "deny", template: "allow" | "deny"]>([
    ["the whole namespace", { namespace: "payments" }, "allow", "allow"],
    ["it, on this cluster", { namespace: "payments", cluster: "prod" }, "allow", "allow"],
    ["it, on another cluster", { namespace: "payments", cluster: "dev" }, "deny", "deny"],
    ["another namespace", { namespace: "payments-2" }, "deny", "deny"],
    ["this one workload", { namespace: "payments", kind: "Deployment", name: "checkout" }, "deny", "allow"],
    ["all of its kind", { namespace: "payments", kind: "Deployment" }, "deny", "allow"],
    ["all of its name", { namespace: "payments", name: "checkout" }, "deny", "allow"],
    ["another kind", { namespace: "payments", kind: "StatefulSet", name: "checkout" }, "deny", "deny"],
    ["another name", { namespace: "payments", kind: "Deployment", name: "checkout-2" }, "deny", "deny"],
    ["its name elsewhere", { namespace: "shop", kind: "Deployment", name: "checkout" }, "deny", "deny"],
  ])("where the policy names %s", async (_what, expected, namespace, template) =>
    expect([await rule(aNamespaceLabel(), expected), await rule(aTemplateLabel(), expected)]).toEqual([namespace, template]),
  );

  it("denies where nothing is named, and says what a label would do", async () =>
    expect(await asked(expectedByPolicy, { remedy: aNamespaceLabel() })).toEqual({
      guard: "expected-by-policy",
      rule: "deny",
      says: "the policy's expected workloads do not name Namespace payments in payments, and a label would give it an identity",
    }));

  it("lets a label be taken back that is not expected any more", async () =>
    expect(await asked(expectedByPolicy, { remedy: aTemplateLabel(), undoing: true })).toEqual({ rule: "allow" }));
});
