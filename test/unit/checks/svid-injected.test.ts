import { describe, expect, test } from "vitest";
import { svidOlderThanWebhook } from "../../../runbook/checks/svid-older-than-webhook.ts";
import { svidVolumeInjected } from "../../../runbook/checks/svid-volume-injected.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { aWorld, checkout, without, withThese } from "../../support/clusters.ts";
import { type Answers, finding, Missing } from "../../support/evidence.ts";
import { aCsiNode, aNamespace, aPod, aWebhookBy, type Change, injected, label, managed, merged, type Raw } from "../../support/objects.ts";
import { aWorkload } from "../../support/workloads.ts";

const configuration = cluster.webhookConfiguration("spirl-controller-webhook");
const older = { metadata: { creationTimestamp: "2026-11-10T02:59:59Z" } };
const unlabelled = { spec: { template: { metadata: { labels: { [label]: undefined } } } } };
const world = (parts: Parameters<typeof checkout>[0] = {}, ...changed: readonly Raw[]): Answers => ({
  objects: withThese(aWorld(...checkout(parts)), ...changed),
});
const user = aWebhookBy({ matchConditions: [{ name: "user", expression: "request.userInfo.username == 'x'" }] });

describe("svid.older-than-webhook", () => {
  const age = (answers: Answers) => finding(svidOlderThanWebhook, aWorkload(), answers);
  const byNamespace = (...entries: readonly Change[]) => [
    aWebhookBy({ objectSelector: undefined, namespaceSelector: { matchLabels: { [label]: "enabled" } } }),
    aNamespace({ metadata: { labels: { [label]: "enabled" }, managedFields: entries } }),
  ];

  test("finds a pod of before the webhook, by a second; one of the same second is not older", async () => {
    expect(await age(world({ pod: older }))).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("1 s older than the webhook"),
      remedies: [{ kind: "rollout-restart" }],
    });
    expect((await age(world({ pod: { metadata: { creationTimestamp: "2026-11-10T03:00:00Z" } } }))).is).toBe("healthy");
  });

  test("finds a pod of before its namespace's label, by who set it first", async () => {
    const before = await age(world({}, ...byNamespace(managed("2026-11-20T02:00:00Z", label))));
    expect(before).toMatchObject({
      is: "faulty",
      says: expect.stringContaining(`is 23 h older than label ${label} on namespace payments (written by kubectl-label)`),
      remedies: [{ kind: "rollout-restart" }],
    });
    const after = await age(world({}, ...byNamespace(managed("2026-11-20T02:00:00Z", label), managed("2026-11-01T02:00:00Z", label))));
    expect(after.is).toBe("healthy");
    expect((await age(world({}, ...byNamespace(managed("2026-11-20T02:00:00Z", "another"))))).is).toBe("healthy");
  });

  test("a label whose age is only bounded makes no restart by itself: its manager wrote others, too", async () => {
    const two = byNamespace(managed("2026-11-20T02:00:00Z", label, "team"));
    const alone = await age(world({}, ...two));
    expect(alone).toMatchObject({
      is: "faulty",
      says: expect.stringContaining(
        `may be up to 23 h older than label ${label} on namespace payments, which kubectl-label wrote with others`,
      ),
      manual: expect.stringContaining("then: kubectl rollout restart deployment/checkout -n payments"),
    });
    expect(alone).not.toHaveProperty("remedies");
    const beside = managed("2026-11-20T02:00:00Z", label);
    const annotated = { ...beside, fieldsV1: merged(beside.fieldsV1, { "f:metadata": { "f:annotations": {} } }) };
    expect(await age(world({}, ...byNamespace(annotated)))).not.toHaveProperty("remedies");

    const [, , pod] = checkout();
    const sibling = aPod({ metadata: { ...pod?.metadata, name: "sibling", uid: "u-sibling" }, spec: injected });
    expect(await age(world({}, ...two, sibling))).toMatchObject({
      says: expect.stringContaining("its sibling sibling was injected"),
      remedies: [{ kind: "rollout-restart" }],
    });
    const siblings = cluster.podsIn("payments", { matchLabels: { app: "checkout" }, matchExpressions: [] });
    expect((await age({ ...world({}, ...two), besides: [[siblings, new Missing("403")]] })).is).toBe("unknown");
  });

  test("the name of a namespace is no label that came later", async () => {
    const byName = aWebhookBy({
      objectSelector: undefined,
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "payments" } },
    });
    const touched = aNamespace({ metadata: { managedFields: [managed("2026-11-20T02:00:00Z", "kubernetes.io/metadata.name")] } });
    expect((await age(world({}, byName, touched))).is).toBe("healthy");
  });

  test("finds a pod of before its template's label", async () => {
    const found = await age(world({ pod: { metadata: { labels: { [label]: undefined } } } }));
    expect(found).toMatchObject({ is: "faulty", says: expect.stringContaining("older than the label of its template") });
  });

  test("makes nothing anew where the driver or the agent of the node would let the new pod down", async () => {
    for (const gone of ["spiffe-csi-driver-node-1", "spirl-agent-node-1"]) {
      const found = await age({ objects: without(aWorld(...checkout({ pod: older })), "Pod", gone) });
      expect(found).toMatchObject({
        is: "faulty",
        manual: expect.stringMatching(/^first: no .* on node-1.*; then: kubectl rollout restart deployment\/checkout -n payments$/),
      });
      expect(found).not.toHaveProperty("remedies");
    }
    const unregistered = aCsiNode({ spec: { drivers: null } });
    expect(await age(world({ pod: older }, unregistered))).not.toHaveProperty("remedies");
    const blind = [[cluster.csiNode("node-1"), new Missing("403")] as const];
    expect((await age({ ...world({ pod: older }), besides: blind })).is).toBe("unknown");
  });

  test("a pod that has no node yet may be made anew wherever it will be", async () => {
    const waiting = { ...older, spec: { nodeName: undefined }, status: { phase: "Pending" } };
    expect(await age(world({ pod: waiting }))).toMatchObject({ is: "faulty", remedies: [{ kind: "rollout-restart" }] });
  });

  test("does not apply where making it anew would not help, nor to what was injected", async () => {
    expect((await age(world({ pod: older, deployment: unlabelled }))).is).toBe("not-applicable");
    expect((await age(world({ pod: { ...older, spec: injected } }))).is).toBe("not-applicable");
    expect((await age({ objects: without(aWorld(...checkout({ pod: older })), "MutatingWebhookConfiguration") })).is).toBe(
      "not-applicable",
    );
  });

  test("is unknown where nobody can tell what the webhook would do", async () => {
    expect((await age(world({ pod: older }, user))).is).toBe("unknown");
    expect((await age({ ...world({ pod: older }), besides: [[configuration, new Missing("403")]] })).is).toBe("unknown");
  });
});

describe("svid.volume-injected", () => {
  const volume = (answers: Answers) => finding(svidVolumeInjected, aWorkload(), answers);

  test("is healthy where every container that asks for the socket has it", async () => {
    expect(await volume(world({ pod: { spec: injected } }))).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("mounted read-only where it is looked for"),
    });
  });

  test("finds what was injected only in part", async () => {
    const half = { ...injected, containers: [...injected.containers, { name: "two", env: injected.containers[0]?.env }] };
    expect(await volume(world({ pod: { spec: half } }))).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("container two looks for the socket"),
      manual: expect.stringContaining("kubectl rollout restart deployment/checkout -n payments"),
    });
  });

  test("does not apply to a mount of its own, nor where a link before explains what is missing", async () => {
    expect((await volume(world({ deployment: { spec: { template: { spec: injected } } }, pod: { spec: injected } }))).is).toBe(
      "not-applicable",
    );
    expect((await volume(world({ pod: older }))).is).toBe("not-applicable");
    expect((await volume(world({ deployment: unlabelled }))).is).toBe("not-applicable");
    expect((await volume(world({ pod: { spec: { schedulerName: "fargate-scheduler" } } }))).is).toBe("not-applicable");
  });

  test("finds a pod that was let through; a restart only where a sibling shows that it helps", async () => {
    const alone = await volume(world());
    expect(alone).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("failurePolicy Ignore lets pods through"),
      manual: expect.stringContaining("make sure that"),
    });
    expect(alone).not.toHaveProperty("remedies");
    const [, , pod] = checkout();
    const sibling = (change: Change = {}) =>
      aPod({
        ...change,
        metadata: { ...pod?.metadata, name: "sibling", uid: "u-sibling", ...(change.metadata as Change) },
        spec: injected,
      });
    expect(await volume(world({}, sibling()))).toMatchObject({ is: "faulty", remedies: [{ kind: "rollout-restart" }] });
    const bare = aPod({ metadata: { ...pod?.metadata, name: "bare", uid: "u-bare" } });
    expect(await volume(world({}, bare))).not.toHaveProperty("remedies");
    const strangers = {
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "checkout-7d4f", uid: "u-else", controller: true }],
    };
    expect(await volume(world({}, sibling({ metadata: strangers })))).not.toHaveProperty("remedies");
    expect(await volume(world({}, sibling({ metadata: { deletionTimestamp: "2026-11-20T02:59:00Z" } })))).not.toHaveProperty("remedies");
  });

  test("is unknown where nobody can tell what the webhook would do, or the siblings cannot be listed", async () => {
    expect((await volume(world({}, user))).is).toBe("unknown");
    const siblings = cluster.podsIn("payments", { matchLabels: { app: "checkout" }, matchExpressions: [] });
    expect((await volume({ ...world(), besides: [[siblings, new Missing("403")]] })).is).toBe("unknown");
  });
});
