import { describe, expect, test } from "vitest";
import { run } from "../../../kernel/suspend.ts";
import { fargateSign } from "../../../runbook/kubernetes/fargate.ts";
import { node as nodeSchema } from "../../../runbook/kubernetes/objects-cluster.ts";
import { controllers } from "../../../runbook/kubernetes/objects-controller.ts";
import { pod } from "../../../runbook/kubernetes/objects-pod.ts";
import { type Owner, ownerName, ownerOf, templateOf } from "../../../runbook/kubernetes/owner.ts";
import { ownershipOf } from "../../../runbook/kubernetes/ownership.ts";
import { reader } from "../../../runbook/kubernetes/parse.ts";
import { restartOf } from "../../../runbook/kubernetes/restart.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { evidenceOf } from "../../support/evidence.ts";
import { aDeployment, aJob, aNode, aPod, aReplicaSet, aStatefulSet, type Change, ownedBy, type Raw } from "../../support/objects.ts";

const parsed = reader(pod);
const top = aDeployment();
const set = aReplicaSet({ metadata: ownedBy(top) });
const rollout: Raw = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { name: "checkout", uid: "u-rollout" } };

function ownerIn(
  raw: Raw,
  ...there: readonly (readonly [kind: "Deployment" | "ReplicaSet" | "StatefulSet" | "Job", object: Raw | null])[]
): Owner {
  const names = { Deployment: "checkout", ReplicaSet: "checkout-7d4f", StatefulSet: "ledger", Job: "import" };
  const evidence = evidenceOf(there.map(([kind, object]) => [cluster.controller(kind, "payments", names[kind]), object]));
  const ran = run((read) => ownerOf(parsed(raw), read), evidence);
  if (ran.did !== "finish") throw new Error(ran.did);
  return ran.value;
}
const owned = (by: Raw) => aPod({ metadata: ownedBy(by) });

describe("who makes a pod anew", () => {
  test("a Deployment through its ReplicaSet, each by uid", () => {
    const owner = ownerIn(owned(set), ["ReplicaSet", set], ["Deployment", top]);
    expect(owner).toMatchObject({
      is: "controller",
      controller: { kind: "Deployment", uid: "u-checkout" },
      direct: { kind: "ReplicaSet" },
    });
    expect(ownerName(owner, parsed(owned(set)))).toEqual({ kind: "Deployment", name: "checkout" });
  });

  test("a StatefulSet, a Job, or a ReplicaSet of its own", () => {
    expect(ownerIn(owned(aStatefulSet()), ["StatefulSet", aStatefulSet()])).toMatchObject({
      controller: { kind: "StatefulSet" },
      direct: { kind: "StatefulSet" },
    });
    expect(
      ownerIn(owned(aJob()), [
        "Job",
        aJob({ metadata: ownedBy({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "c", uid: "u" } }) }),
      ]),
    ).toMatchObject({ controller: { kind: "Job" } });
    expect(ownerIn(owned(aReplicaSet()), ["ReplicaSet", aReplicaSet()])).toMatchObject({ controller: { kind: "ReplicaSet" } });
  });

  test("nobody, where no owner is the controller", () => {
    expect(ownerIn(aPod())).toEqual({ is: "nobody" });
    const [reference] = ownedBy(set).ownerReferences;
    expect(ownerIn(aPod({ metadata: { ownerReferences: [{ ...reference, controller: undefined }] } }))).toEqual({ is: "nobody" });
  });

  test("an object of the same name with another uid is not the owner, nor is one that is gone", () => {
    expect(ownerIn(owned(set), ["ReplicaSet", aReplicaSet({ metadata: { uid: "u-new" } })]).is).toBe("gone");
    expect(ownerIn(owned(set), ["ReplicaSet", null]).is).toBe("gone");
    expect(ownerIn(owned(set), ["ReplicaSet", set], ["Deployment", aDeployment({ metadata: { uid: "u-new" } })])).toMatchObject({
      is: "gone",
      says: expect.stringContaining("Deployment checkout"),
    });
  });

  test("something that is not known here, of another group than the name says, or a node's kubelet", () => {
    const other = aReplicaSet({ metadata: ownedBy(rollout) });
    const owner = ownerIn(owned(other), ["ReplicaSet", other]);
    expect(owner).toMatchObject({ is: "foreign", kind: "Rollout", direct: { name: "checkout-7d4f" } });
    expect(templateOf(owner)?.labels.app).toBe("checkout");
    expect(ownerIn(owned({ ...aStatefulSet(), apiVersion: "apps.kruise.io/v1beta1" }))).toMatchObject({
      is: "foreign",
      kind: "StatefulSet",
      direct: undefined,
    });
    expect(ownerIn(owned(aNode()))).toMatchObject({ is: "foreign", kind: "Node" });
  });
});

describe("how it is made anew", () => {
  const restart = (raw: Raw, owner: Owner) => restartOf(parsed(raw), owner, "prod", "why");

  test("a Deployment by a rollout, the others by eviction with the owner that makes the next", () => {
    expect(restart(owned(set), ownerIn(owned(set), ["ReplicaSet", set], ["Deployment", top]))).toMatchObject({
      remedies: [{ kind: "rollout-restart", target: { kind: "Deployment", uid: "u-checkout", generation: 1 } }],
    });
    const alone = ownerIn(owned(aReplicaSet()), ["ReplicaSet", aReplicaSet()]);
    expect(restart(owned(aReplicaSet()), alone)).toEqual({
      remedies: [
        {
          kind: "evict-pod",
          why: "why",
          target: {
            cluster: "prod",
            kind: "Pod",
            namespace: "payments",
            name: "checkout-7d4f-x2",
            uid: "u-checkout-7d4f-x2",
            resourceVersion: "100",
          },
          owner: { kind: "ReplicaSet", name: "checkout-7d4f", uid: "u-checkout-7d4f" },
          node: "node-1",
        },
      ],
    });
    const unscheduled = { ...owned(aReplicaSet()), spec: { containers: [] } };
    expect(restart(unscheduled, alone)).not.toHaveProperty(["remedies", 0, "node"]);
  });

  test("by people, where nobody would make another, or not without harm", () => {
    expect(restart(aPod(), { is: "nobody" })).toMatchObject({ manual: expect.stringContaining("create it again") });
    expect(restart(owned(aJob()), ownerIn(owned(aJob()), ["Job", aJob()]))).toMatchObject({
      manual: expect.stringContaining("Job import"),
    });
    expect(restart(owned(aNode()), ownerIn(owned(aNode())))).toMatchObject({ manual: expect.stringContaining("Node node-1") });
  });
});

describe("who would take a patch back", () => {
  const owner = (metadata: Change) => ownershipOf(reader(controllers.Deployment)(aDeployment({ metadata })))?.by;
  const manager = (name: string) => ({ managedFields: [{ manager: name, operation: "Apply", time: "2026-11-19T03:00:00Z" }] });

  test.each<[Change, string | undefined]>([
    [{}, undefined],
    [{ labels: { "app.kubernetes.io/managed-by": "kustomize" } }, undefined],
    [manager("kubectl-client-side-apply"), undefined],
    [{ annotations: { "argocd.argoproj.io/tracking-id": "x:apps/Deployment:payments/checkout" } }, "Argo CD"],
    [manager("argocd-controller"), "Argo CD"],
    [{ labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } }, "Flux"],
    [manager("kustomize-controller"), "Flux"],
    [{ labels: { "app.kubernetes.io/managed-by": "Helm" } }, "Helm"],
    [{ annotations: { "meta.helm.sh/release-name": "checkout" } }, "Helm"],
    [manager("helm"), "Helm"],
    [{ labels: { "app.kubernetes.io/managed-by": "Helm", "helm.toolkit.fluxcd.io/name": "checkout" } }, "Flux"],
    [ownedBy(rollout), "Rollout checkout"],
  ])("%o: %s", (metadata, by) => expect(owner(metadata)).toBe(by));
});

describe("Fargate, by any of its signs", () => {
  const node = reader(nodeSchema);
  test.each<[Change, Change | undefined, string | undefined]>([
    [{}, {}, undefined],
    [{}, undefined, undefined],
    [{ metadata: { labels: { "eks.amazonaws.com/fargate-profile": "apps" } } }, undefined, "Fargate profile apps"],
    [{ spec: { schedulerName: "fargate-scheduler" } }, undefined, "scheduler fargate-scheduler"],
    [{ spec: { nodeName: "fargate-ip-10-0-0-1.ec2.internal" } }, undefined, "node fargate-ip-10-0-0-1.ec2.internal"],
    [{}, { metadata: { labels: { "eks.amazonaws.com/compute-type": "fargate" } } }, "node node-1 of compute type fargate"],
  ])("%o on %o: %s", (change, on, sign) => expect(fargateSign(parsed(aPod(change)), on && node(aNode(on)))).toBe(sign));
});
