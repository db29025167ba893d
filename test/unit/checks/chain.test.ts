import { describe, expect, test } from "vitest";
import { collect } from "../../../kernel/collect.ts";
import { diagnose, isHealthy } from "../../../kernel/diagnose.ts";
import type { Diagnosis, Incident } from "../../../kernel/types/index.ts";
import { node, podsIn } from "../../../runbook/queries/kubernetes.ts";
import { workloadsNotReceivingSvids } from "../../../runbook/scenarios/workloads-not-receiving-svids.ts";
import { aWorld, checkout, ledger, without, withThese } from "../../support/clusters.ts";
import { type Answers, given, Missing, worldOf } from "../../support/evidence.ts";
import { anAlert, anIncident } from "../../support/incidents.ts";
import { agentMetrics, idleAgent } from "../../support/metrics.ts";
import {
  aNamespace,
  aNode,
  anEndpointSlice,
  anEvent,
  aPod,
  aWebhook,
  aWebhookBy,
  aWebhookEntry,
  type Change,
  injected,
  label,
  managed,
  type Raw,
} from "../../support/objects.ts";

const diagnosis = async (answers: Answers, incident: Incident = anIncident()): Promise<Diagnosis> =>
  (await collect((evidence) => diagnose(workloadsNotReceivingSvids, incident, 1, given(), evidence), worldOf(answers))).value;

/** A whole cluster with metrics. */
const cluster = (...objects: readonly Raw[]): Answers => ({ objects: aWorld(...objects), besides: agentMetrics() });
const unlabelled: Change = { spec: { template: { metadata: { labels: { [label]: undefined } } } } };
const older = { metadata: { creationTimestamp: "2026-11-07T03:00:00Z" } };
const ofOwner = (kind: "StatefulSet" | "Pod" | "ReplicaSet", name: string) =>
  anIncident({ scope: { of: "owner", namespace: "payments", kind, name } });

describe("a workload that has what it needs", () => {
  test("is healthy along the whole chain", async () => {
    const found = await diagnosis(cluster(...checkout({ pod: { spec: injected } })));
    expect(found.cause).toBeUndefined();
    expect(isHealthy(workloadsNotReceivingSvids.chain, found)).toBe(true);
  });

  test("is not called healthy on the strength of Kubernetes alone", async () => {
    const found = await diagnosis({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
    expect(found.cause).toBeUndefined();
    expect(isHealthy(workloadsNotReceivingSvids.chain, found)).toBe(false);
  });
});

describe("a workload on an idle node", () => {
  const objects = aWorld(...checkout({ pod: { spec: injected } }));
  const isWell = async (besides: Answers["besides"]) => {
    const found = await diagnosis({ objects, besides: besides ?? [] });
    expect(found.cause).toBeUndefined();
    return isHealthy(workloadsNotReceivingSvids.chain, found);
  };
  test("is healthy where the agent minted since the pod came, and nothing is late", async () =>
    expect(await isWell(idleAgent())).toBe(true));
  test("is not healthy where nothing was ever minted", async () => expect(await isWell(idleAgent({ mints: [] }))).toBe(false));
  test("is not healthy on a few minutes' silence alone", async () =>
    expect(await isWell(agentMetrics("spirl-agent-node-1", []))).toBe(false));
});

describe("the cause, by what is wrong", () => {
  test("template-unlabelled: the template gets the label", async () => {
    const pod = { metadata: { labels: { [label]: undefined } } };
    const { cause, remedies } = await diagnosis(cluster(...checkout({ deployment: unlabelled, pod })));
    expect(cause).toMatchObject({ check: "svid.pod-label", says: expect.stringContaining("Deployment payments/checkout") });
    expect(remedies).toEqual([
      {
        kind: "label-pod-template",
        why: expect.any(String),
        target: {
          cluster: "prod",
          kind: "Deployment",
          namespace: "payments",
          name: "checkout",
          uid: "u-checkout",
          resourceVersion: "100",
          generation: 1,
        },
        set: { key: label, from: null, to: "enabled" },
      },
    ]);
  });

  test("a label on the running pod alone changes nothing, and the template is still what lacks it", async () => {
    const { cause, remedies } = await diagnosis(cluster(...checkout({ deployment: unlabelled })));
    expect(cause).toMatchObject({ check: "svid.pod-label", says: expect.stringContaining("changes nothing for a running pod") });
    expect(remedies).toMatchObject([{ kind: "label-pod-template" }]);
  });

  test("namespace-unlabelled: the namespace gets the label", async () => {
    const webhook = aWebhookBy({ objectSelector: {}, namespaceSelector: { matchLabels: { [label]: "enabled" } } });
    const { cause, remedies } = await diagnosis({ objects: withThese(aWorld(...checkout()), webhook), besides: agentMetrics() });
    expect(cause).toMatchObject({ check: "svid.namespace-label", says: expect.stringContaining("namespace payments") });
    expect(remedies).toEqual([
      {
        kind: "label-namespace",
        why: expect.any(String),
        target: { cluster: "prod", kind: "Namespace", namespace: "", name: "payments", uid: "u-payments", resourceVersion: "100" },
        set: { key: label, from: null, to: "enabled" },
      },
    ]);
  });

  test("the namespace was labelled after the pod was created: a restart", async () => {
    const webhook = aWebhookBy({ objectSelector: {}, namespaceSelector: { matchLabels: { [label]: "enabled" } } });
    const namespace = aNamespace({ metadata: { labels: { [label]: "enabled" }, managedFields: [managed("2026-11-20T02:50:00Z", label)] } });
    const { cause, remedies } = await diagnosis({ objects: withThese(aWorld(...checkout()), webhook, namespace), besides: agentMetrics() });
    expect(cause).toMatchObject({
      check: "svid.older-than-webhook",
      says: expect.stringContaining("24 h older than label"),
    });
    expect(remedies).toMatchObject([{ kind: "rollout-restart", target: { name: "checkout" } }]);
  });

  test("older-than-webhook: a Deployment is rolled out", async () => {
    const { cause, remedies } = await diagnosis(cluster(...checkout({ pod: older })));
    expect(cause).toMatchObject({
      check: "svid.older-than-webhook",
      says: "payments/checkout-7d4f-x2: the pod has no csi.spiffe.io volume; it is 3 d older than the webhook spirl-controller-webhook",
    });
    expect(remedies).toMatchObject([{ kind: "rollout-restart", target: { kind: "Deployment", uid: "u-checkout", generation: 1 } }]);
  });

  test("pdb-blocks: a StatefulSet's pod is to be evicted; whether it may be is the guards' affair", async () => {
    const { cause, remedies } = await diagnosis(cluster(...ledger(older)), ofOwner("StatefulSet", "ledger"));
    expect(cause?.check).toBe("svid.older-than-webhook");
    expect(remedies).toMatchObject([
      { kind: "evict-pod", target: { kind: "Pod", uid: "u-ledger-0" }, owner: { kind: "StatefulSet", name: "ledger", uid: "u-ledger" } },
    ]);
  });

  test("bare-pod: nobody would make it anew, so a person must", async () => {
    const bare = aPod({ ...older, metadata: { ...older.metadata, name: "lonely", labels: { [label]: "enabled" } } });
    const { cause, remedies } = await diagnosis(cluster(bare), ofOwner("Pod", "lonely"));
    expect(cause).toMatchObject({ check: "svid.older-than-webhook", manual: expect.stringContaining("delete it and create it again") });
    expect(remedies).toEqual([]);
  });

  test("fargate: said before any label, and nothing is proposed", async () => {
    const pod = { metadata: { labels: { "eks.amazonaws.com/fargate-profile": "default", [label]: undefined } } };
    const { cause, remedies } = await diagnosis(cluster(...checkout({ deployment: unlabelled, pod })));
    expect(cause).toMatchObject({ check: "svid.fargate", manual: expect.stringContaining("do not label it") });
    expect(remedies).toEqual([]);
  });

  test("fargate: an injected pod that never gets a node", async () => {
    const pod = {
      metadata: { labels: { "eks.amazonaws.com/fargate-profile": "p" } },
      spec: { ...injected, nodeName: undefined },
      status: { phase: "Pending" },
    };
    expect((await diagnosis(cluster(...checkout({ pod })))).cause?.check).toBe("svid.fargate");
  });

  test("csi-missing-on-node: named with the node, not with another of a similar name", async () => {
    const objects = aWorld(...checkout({ pod: { spec: injected, status: { phase: "Pending" } } }));
    const { cause, remedies } = await diagnosis({ objects: without(objects, "Pod", "spiffe-csi-driver-node-1"), besides: agentMetrics() });
    expect(cause).toMatchObject({ check: "svid.csi-on-node", says: expect.stringContaining("no CSI driver pod is on node-1") });
    expect(remedies).toEqual([]);
  });

  test("an old pod on a node without the driver is left as it is: it runs, and its successor would not", async () => {
    const objects = without(aWorld(...ledger(older)), "Pod", "spiffe-csi-driver-node-1");
    const { cause, remedies } = await diagnosis({ objects, besides: agentMetrics() }, ofOwner("StatefulSet", "ledger"));
    expect(cause).toMatchObject({
      check: "svid.older-than-webhook",
      manual: expect.stringContaining("first: no CSI driver pod is on node-1"),
    });
    expect(remedies).toEqual([]);
  });

  test("webhook-down: no ready endpoint", async () => {
    const slice = anEndpointSlice({ endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: false } }] });
    const { cause, remedies } = await diagnosis({ objects: withThese(aWorld(...checkout()), slice), besides: agentMetrics() });
    expect(cause).toMatchObject({ check: "svid.webhook-present", says: expect.stringContaining("has no ready endpoint") });
    expect(remedies).toEqual([]);
  });

  test("the agent on the node is not Ready", async () => {
    const agent = aWorld().find(({ metadata: { name } }) => name === "spirl-agent-node-1");
    const broken = { ...agent, status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } } as unknown as Raw;
    const { cause } = await diagnosis({
      objects: withThese(aWorld(...checkout({ pod: { spec: injected } })), broken),
      besides: agentMetrics(),
    });
    expect(cause).toMatchObject({ check: "svid.agent-on-node", see: "agent-restarts" });
  });

  test("mints fail at the agent of the node", async () => {
    const besides = agentMetrics("spirl-agent-node-1", [
      ["x509", "ok", 10],
      ["x509", "signer_mint_failed", 90],
    ]);
    const { cause } = await diagnosis({ objects: aWorld(...checkout({ pod: { spec: injected } })), besides });
    expect(cause).toMatchObject({ check: "svid.mint-failures", see: "server-connectivity" });
  });

  test("mounting fails although the driver is there: the kubelet's event says why", async () => {
    const pod = { metadata: { uid: "u-1" }, spec: injected, status: { phase: "Pending" } };
    const event = anEvent({
      reason: "FailedMount",
      message: 'MountVolume.SetUp failed for volume "spiffe-workload-api"\n: rpc error',
      involvedObject: { kind: "Pod", name: "checkout-7d4f-x2", uid: "u-1" },
    });
    const { cause } = await diagnosis(cluster(...checkout({ pod }), event));
    expect(cause).toMatchObject({
      check: "svid.csi-on-node",
      says: expect.stringContaining('volume "spiffe-workload-api" : rpc error (3 times)'),
    });
  });

  test("it was let through while the webhook did not answer: a restart, because a sibling was injected", async () => {
    const [top, set, pod] = checkout();
    const sibling = aPod({ metadata: { ...pod?.metadata, name: "checkout-7d4f-ok", uid: "u-ok" }, spec: injected });
    const { cause, remedies } = await diagnosis(cluster(...([top, set, pod, sibling] as Raw[])));
    expect(cause).toMatchObject({
      check: "svid.volume-injected",
      says: expect.stringContaining("its sibling checkout-7d4f-ok was injected"),
    });
    expect(remedies).toMatchObject([{ kind: "rollout-restart" }]);
    const alone = await diagnosis(cluster(...checkout()));
    expect(alone.cause?.check).toBe("svid.volume-injected");
    expect(alone.remedies).toEqual([]);
  });
});

describe("what is unknown stands in the way of a cause", () => {
  test("a condition on the requesting user cannot be told beforehand, so nothing behind it is a cause", async () => {
    const webhook = aWebhookBy({
      matchConditions: [{ name: "not-ours", expression: "request.userInfo.username != 'system:serviceaccount:x:y'" }],
    });
    const found = await diagnosis({ objects: withThese(aWorld(...checkout({ pod: older })), webhook), besides: agentMetrics() });
    expect(found.cause).toBeUndefined();
    expect(found.remedies).toEqual([]);
    expect(found.findings).toContainEqual(
      expect.objectContaining({ check: "svid.webhook-matches", is: "unknown", says: expect.stringContaining("request.userInfo") }),
    );
  });

  test("a node that may not be read: no cause, for it might be Fargate", async () => {
    const found = await diagnosis({ objects: without(aWorld(...checkout({ pod: older })), "Node"), besides: agentMetrics() });
    expect(found.cause?.check).toBe("svid.older-than-webhook");
    const blind = await diagnosis({
      objects: aWorld(...checkout({ pod: older })),
      besides: [...agentMetrics(), [node("node-1"), new Missing("403")]],
    });
    expect(blind.cause).toBeUndefined();
  });

  test("a namespace and a pod label are both missing: a person is told of both, and neither is set", async () => {
    const webhook = aWebhookBy({ namespaceSelector: { matchLabels: { team: "a" } } });
    const pod = { metadata: { labels: { [label]: undefined } } };
    const { cause, remedies } = await diagnosis({
      objects: withThese(aWorld(...checkout({ deployment: unlabelled, pod })), webhook),
      besides: agentMetrics(),
    });
    expect(cause).toMatchObject({
      check: "svid.pod-label",
      manual: expect.stringMatching(/spiffe-csi=enabled on the pod and team=a on namespace payments/),
    });
    expect(remedies).toEqual([]);
  });
});

describe("what an incident is looked at by", () => {
  const pods = async (incident: Incident, ...objects: readonly Raw[]) => {
    const { findings } = await diagnosis({ objects: aWorld(...objects), besides: agentMetrics() }, incident);
    return [
      ...new Set(
        findings.map(({ subject }) =>
          subject.on === "workload" ? `${subject.owner.kind}/${subject.owner.name}/${subject.pod}` : subject.on,
        ),
      ),
    ];
  };
  const [top, set, one] = checkout() as [Raw, Raw, Raw];
  const podOf = (name: string, change: Change = {}) =>
    aPod({ ...change, metadata: { ...one.metadata, name, uid: `u-${name}`, ...(change.metadata as Change) } });

  test("the alert's own pod first, then those without the volume, then the newest; the others' are not its pods", async () => {
    const alert = anAlert({ labels: { pod: "old-ok" } });
    const found = await pods(
      anIncident({ alerts: [alert] }),
      top,
      set,
      podOf("new-ok", { spec: injected, metadata: { creationTimestamp: "2026-11-19T05:00:00Z" } }),
      podOf("old-ok", { spec: injected }),
      podOf("bare-1"),
      podOf("bare-2", { metadata: { creationTimestamp: "2026-11-19T04:00:00Z" } }),
      podOf("going", { metadata: { deletionTimestamp: "2026-11-20T02:59:00Z" } }),
      podOf("evicted", { status: { phase: "Failed" } }),
      podOf("anothers", {
        metadata: {
          ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "checkout-7d4f", uid: "u-else", controller: true }],
        },
      }),
    );
    expect(found).toEqual(["old-ok", "bare-2", "bare-1", "new-ok"].map((name) => `Deployment/checkout/${name}`));
  });

  test("as many as the policy says, and no more; that there are more is said, and stands in the way of nothing but of calling it healthy", async () => {
    const many = (count: number, change: Change = {}) => Array.from({ length: count }, (_, index) => podOf(`pod-${index}`, change));
    const found = await pods(anIncident(), top, set, ...many(25));
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe("fleet");

    const cut = await diagnosis(cluster(top, set, ...many(25, { metadata: older.metadata })));
    expect(cut.findings.at(-1)).toMatchObject({
      check: "subjects",
      is: "unknown",
      says: "5 of 25 pods are not looked at; the policy allows 20",
    });
    expect(cut).toMatchObject({ cause: { check: "svid.older-than-webhook" }, remedies: [{ kind: "rollout-restart" }] });

    const healthy = async (count: number) =>
      isHealthy(workloadsNotReceivingSvids.chain, await diagnosis(cluster(top, set, ...many(count, { spec: injected }))));
    expect(await healthy(20)).toBe(true);
    expect(await healthy(21)).toBe(false);
  });

  test("a pod of a namespace of which nobody can tell whether it should be injected is said to be left out", async () => {
    const byUser = { name: "by-user", expression: "request.userInfo.username != 'bob'" };
    const second = aWebhookEntry({
      name: "second.spirl.com",
      objectSelector: { matchLabels: { [label]: undefined, tier: "x" } },
      matchConditions: [byUser],
    });
    const webhook = aWebhook({ webhooks: [aWebhookEntry({ objectSelector: { matchLabels: { [label]: "enabled" } } }), second] });
    const good = podOf("good", { spec: injected, metadata: { labels: { ...(one.metadata.labels as Change) } } });
    const incident = anIncident({ scope: { of: "namespace", namespace: "payments" } });
    const look = (...more: readonly Raw[]) =>
      diagnosis({ objects: withThese(aWorld(top, set, good, ...more), webhook), besides: agentMetrics() }, incident);
    const whole = await look();
    expect(isHealthy(workloadsNotReceivingSvids.chain, whole)).toBe(true);

    const open = await look(aPod({ metadata: { name: "open", labels: { tier: "x" } } }));
    expect(open.findings.at(-1)).toMatchObject({
      check: "subjects",
      is: "unknown",
      says: "it cannot be computed whether the webhook would inject open",
    });
    expect(isHealthy(workloadsNotReceivingSvids.chain, open)).toBe(false);

    // Who has the volume is looked at, whyever he has it.
    const has = await look(aPod({ metadata: { name: "has", labels: { tier: "x" } }, spec: injected }));
    expect(has.findings.some(({ subject }) => subject.on === "workload" && subject.pod === "has")).toBe(true);
    expect(has.findings.some(({ check }) => check === "subjects")).toBe(false);
  });

  test("an owner of kind Pod or ReplicaSet is looked up to the Deployment above it", async () => {
    expect(await pods(ofOwner("Pod", "checkout-7d4f-x2"), top, set, one)).toEqual(["Deployment/checkout/checkout-7d4f-x2"]);
    expect(await pods(ofOwner("ReplicaSet", "checkout-7d4f"), top, set, one)).toEqual(["Deployment/checkout/checkout-7d4f-x2"]);
  });

  test("of a namespace: those that should have the volume, and no others", async () => {
    const incident = anIncident({ scope: { of: "namespace", namespace: "payments" } });
    const other = aPod({ metadata: { name: "no-label" } });
    expect(await pods(incident, top, set, one, other)).toEqual(["Deployment/checkout/checkout-7d4f-x2"]);
  });

  test("where there is nothing, the workload itself, of which nothing can be told", async () => {
    const found = await diagnosis(cluster(top, set));
    expect(found.cause).toBeUndefined();
    expect(found.findings[0]).toMatchObject({
      check: "svid.exists",
      is: "unknown",
      says: "Deployment payments/checkout has no pod to look at (1 wanted)",
    });
    expect((await diagnosis(cluster())).cause).toMatchObject({ check: "svid.exists", says: "there is no Deployment payments/checkout" });
    for (const scope of [{ of: "cluster" }, { of: "node", node: "node-1" }, { of: "namespace", namespace: "payments" }] as const)
      expect((await diagnosis(cluster(), anIncident({ scope }))).cause).toBeUndefined();
  });

  test("a name that is none, and pods that may not be listed, are unknown", async () => {
    const strange = await diagnosis(
      cluster(),
      anIncident({ scope: { of: "owner", namespace: "payments", kind: "Deployment", name: "../secrets" } }),
    );
    expect(strange.findings).toMatchObject([{ is: "unknown", says: expect.stringContaining("is not the name of a Deployment") }]);
    const blind = await diagnosis({
      objects: aWorld(...checkout()),
      besides: [[podsIn("payments", { matchLabels: { app: "checkout" }, matchExpressions: [] }), new Missing("no list")]],
    });
    expect(blind.findings).toMatchObject([{ is: "unknown", says: "no list" }]);
  });
});

test("fleet-wide: three pods of one owner propose one restart", async () => {
  const [top, set, one] = checkout({ pod: older }) as [Raw, Raw, Raw];
  const more = ["b", "c"].map((name) => aPod({ metadata: { ...one.metadata, name, uid: `u-${name}` } }));
  const { cause, remedies } = await diagnosis(cluster(top, set, one, ...more));
  expect(cause?.check).toBe("svid.older-than-webhook");
  expect(remedies).toHaveLength(1);
});

test("a pod on Fargate by its node alone", async () => {
  const node = aNode({ metadata: { labels: { "eks.amazonaws.com/compute-type": "fargate" } } });
  const { cause } = await diagnosis({ objects: withThese(aWorld(...checkout({ pod: older })), node), besides: agentMetrics() });
  expect(cause?.check).toBe("svid.fargate");
});

test("a webhook that was removed is not blamed on the pod", async () => {
  const { cause } = await diagnosis({ objects: without(aWorld(...checkout()), aWebhook().kind), besides: agentMetrics() });
  expect(cause).toMatchObject({ check: "svid.webhook-present", says: expect.stringContaining("is not installed") });
});
