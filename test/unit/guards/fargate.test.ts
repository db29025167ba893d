import { describe, expect, it } from "vitest";
import { fargate } from "../../../runbook/guards/fargate.ts";
import { nodes, podsIn } from "../../../runbook/queries/kubernetes.ts";
import { checkout, ledger } from "../../support/clusters.ts";
import { Missing } from "../../support/evidence.ts";
import { asked } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aTemplateLabel } from "../../support/incidents.ts";
import { aNode, aPod, type Change, type Raw } from "../../support/objects.ts";

const profile: Change = { metadata: { labels: { "eks.amazonaws.com/fargate-profile": "default" } } };
const onFargate = (pod: Change) => checkout({ pod });
/** A pod of the namespace that nothing has to do with checkout. */
const batch = (change: Change = {}): Raw =>
  aPod({ metadata: { name: "batch-1", labels: { app: "batch" } }, spec: { schedulerName: "fargate-scheduler" }, ...change });

describe("fargate", () => {
  it.each([aRestart(), aTemplateLabel(), aNamespaceLabel()])("allows $kind where no pod is on Fargate", async (remedy) =>
    expect(await asked(fargate, { remedy, objects: checkout() })).toEqual({ rule: "allow" }),
  );

  it.each<readonly [string, Change, string]>([
    ["its profile", profile, "Fargate profile default"],
    ["its scheduler", { spec: { schedulerName: "fargate-scheduler" } }, "scheduler fargate-scheduler"],
    ["its node", { spec: { nodeName: "fargate-ip-10-0-0-1" } }, "node fargate-ip-10-0-0-1"],
  ])("denies by %s, and names the pod and the sign", async (_sign, pod, sign) =>
    expect(await asked(fargate, { objects: onFargate(pod) })).toEqual({
      guard: "fargate",
      rule: "deny",
      says: `checkout-7d4f-x2 (${sign}) would not start with the volume`,
    }),
  );

  it("denies by the label of its node, whoever's pod it is", async () => {
    const node = aNode({ metadata: { name: "ip-1", labels: { "eks.amazonaws.com/compute-type": "fargate" } } });
    const pod = batch({ spec: { nodeName: "ip-1" } });
    expect(await asked(fargate, { remedy: aNamespaceLabel(), objects: [...checkout(), node, pod] })).toMatchObject({
      rule: "deny",
      says: "batch-1 (node ip-1 of compute type fargate) would not start with the volume",
    });
  });

  it("without the label again, they start", async () => {
    const { set, ...remedy } = aNamespaceLabel();
    const back = { ...remedy, set: { key: set.key, from: set.to, to: set.from } };
    expect(await asked(fargate, { remedy: back, undoing: true, objects: onFargate(profile) })).toEqual({ rule: "allow" });
  });

  it("a namespace's label reaches all of its pods, an owner's only its own", async () => {
    const objects = [...checkout(), batch()];
    expect(await asked(fargate, { remedy: aNamespaceLabel(), objects })).toMatchObject({
      rule: "deny",
      says: expect.stringMatching(/^batch-1 /),
    });
    expect(await asked(fargate, { remedy: aTemplateLabel(), objects })).toEqual({ rule: "allow" });
  });

  it("says how many more", async () =>
    expect(await asked(fargate, { remedy: aNamespaceLabel(), objects: [...onFargate(profile), batch()] })).toMatchObject({
      says: "checkout-7d4f-x2 (Fargate profile default) and 1 more would not start with the volume",
    }));

  it("looks at the pods that are there, not at those that ended or leave", async () => {
    const gone = [
      batch({ status: { phase: "Succeeded" } }),
      batch({ metadata: { name: "b2", deletionTimestamp: "2026-11-20T03:00:00Z" } }),
    ];
    expect(await asked(fargate, { remedy: aNamespaceLabel(), objects: gone })).toEqual({ rule: "allow" });
  });

  it("an eviction reaches its owner's pods", async () => {
    expect(await asked(fargate, { remedy: anEviction(), objects: ledger() })).toEqual({ rule: "allow" });
    expect((await asked(fargate, { remedy: anEviction(), objects: ledger(profile) })).rule).toBe("deny");
  });

  it.each([
    ["pods", podsIn("payments")],
    ["nodes", nodes()],
  ])("denies where the %s cannot be read", async (_what, query) =>
    expect(await asked(fargate, { objects: checkout(), besides: [[query, new Missing("forbidden")]] })).toMatchObject({
      rule: "deny",
      says: "cannot tell: forbidden",
    }),
  );
});
