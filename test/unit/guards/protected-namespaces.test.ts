import { describe, expect, it } from "vitest";
import type { Remedy } from "../../../kernel/types/index.ts";
import { protectedNamespaces } from "../../../runbook/guards/protected-namespaces.ts";
import { asked } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aPolicy, aRestart, aTemplateLabel } from "../../support/incidents.ts";

const policy = (...names: string[]) => aPolicy({ protectedNamespaces: names });
/** The same remedy in another namespace. */
const within = (remedy: Remedy, namespace: string): Remedy =>
  ({ ...remedy, target: { ...remedy.target, ...(remedy.kind === "label-namespace" ? { name: namespace } : { namespace }) } }) as Remedy;
const kinds = [aRestart(), anEviction(), aTemplateLabel(), aNamespaceLabel()];

describe.each(kinds)("protected-namespaces, for $kind", (remedy) => {
  const inside = (namespace: string) => within(remedy, namespace);

  it("allows in a namespace that no rule names", async () =>
    expect(await asked(protectedNamespaces, { remedy, policy: policy("kube-*", "pay", "payments-2") })).toEqual({ rule: "allow" }));

  it("denies by name and by prefix, and names the rule", async () => {
    expect(await asked(protectedNamespaces, { remedy: inside("kube-system"), policy: policy("kube-*") })).toEqual({
      guard: "protected-namespaces",
      rule: "deny",
      says: "kube-system is protected by the policy (kube-*)",
    });
    expect(await asked(protectedNamespaces, { remedy: inside("vault"), policy: policy("kube-*", "vault") })).toMatchObject({
      says: "vault is protected by the policy (vault)",
    });
  });

  it("a star alone protects everything", async () =>
    expect(await asked(protectedNamespaces, { remedy, policy: policy("*") })).toMatchObject({ rule: "deny" }));

  it("denies where no namespace is named", async () =>
    expect(await asked(protectedNamespaces, { remedy: inside(""), policy: policy() })).toMatchObject({
      says: "the remedy names no namespace",
    }));

  it("holds for an undo", async () =>
    expect(await asked(protectedNamespaces, { remedy, undoing: true, policy: policy("payments") })).toMatchObject({ rule: "deny" }));
});
