import { describe, expect, it } from "vitest";
import type { Remedy } from "../../../kernel/types/index.ts";
import { ownership } from "../../../runbook/guards/ownership.ts";
import { controller } from "../../../runbook/queries/kubernetes.ts";
import { Missing } from "../../support/evidence.ts";
import { asked, now } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aTemplateLabel } from "../../support/incidents.ts";
import { aDeployment, aNamespace, type Change } from "../../support/objects.ts";

const say = (remedy: Remedy, metadata: Change = {}) =>
  asked(ownership, { remedy, objects: [aDeployment({ metadata }), aNamespace({ metadata })] });
const argo: Change = { annotations: { "argocd.argoproj.io/tracking-id": "apps:apps/Deployment:payments/checkout" } };
const flux: Change = { labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } };
const helm: Change = { labels: { "app.kubernetes.io/managed-by": "Helm" } };
const operator: Change = {
  ownerReferences: [{ apiVersion: "shop.example/v1", kind: "Shop", name: "main", uid: "u-shop", controller: true }],
};

describe("ownership", () => {
  it.each([aRestart(), aTemplateLabel(), aNamespaceLabel()])("allows $kind where nobody else keeps the object", async (remedy) =>
    expect(await say(remedy)).toEqual({ rule: "allow" }),
  );

  it.each([
    ["Argo CD", argo, "annotation argocd.argoproj.io/tracking-id"],
    ["Flux", flux, "label kustomize.toolkit.fluxcd.io/name"],
    ["Helm", helm, "label app.kubernetes.io/managed-by=Helm"],
    ["Shop main", operator, "its owner reference"],
  ])("refuses a template that %s keeps, and names the sign", async (by, metadata, sign) =>
    expect(await say(aTemplateLabel(), metadata)).toEqual({
      guard: "ownership",
      rule: "deny",
      says: `Deployment checkout belongs to ${by} (${sign}): make the change there`,
    }),
  );

  it("refuses a namespace that GitOps keeps", async () =>
    expect(await say(aNamespaceLabel(), argo)).toMatchObject({
      rule: "deny",
      says: expect.stringMatching(/^Namespace payments belongs to Argo CD/),
    }));

  it("a restart is reverted by GitOps, and not by Helm", async () => {
    expect((await say(aRestart(), argo)).rule).toBe("deny");
    expect((await say(aRestart(), helm)).rule).toBe("allow");
  });

  it("what is taken back was never written down elsewhere", async () =>
    expect(await asked(ownership, { undoing: true, remedy: aTemplateLabel(), objects: [aDeployment({ metadata: argo })] })).toEqual({
      rule: "allow",
    }));

  it("an eviction changes nothing that is written down", async () => expect(await say(anEviction(), argo)).toEqual({ rule: "allow" }));

  it("asks for a new plan where the target is gone, and denies what cannot be read", async () => {
    expect(await asked(ownership, { objects: [] })).toEqual({
      guard: "ownership",
      rule: "deny",
      says: "Deployment checkout is gone",
      until: now,
    });
    const besides = [[controller("Deployment", "payments", "checkout"), new Missing("forbidden")]] as const;
    expect(await asked(ownership, { besides })).toMatchObject({ rule: "deny", says: "cannot tell: forbidden" });
  });
});
