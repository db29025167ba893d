import { describe, expect, it } from "vitest";
import type { Remedy, Uid } from "../../../kernel/types/index.ts";
import { rolloutInProgress } from "../../../runbook/guards/rollout-in-progress.ts";
import { controller } from "../../../runbook/queries/kubernetes.ts";
import { Missing } from "../../support/evidence.ts";
import { asked, now } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aTemplateLabel } from "../../support/incidents.ts";
import { aDaemonSet, aDeployment, aReplicaSet, aStatefulSet, type Raw } from "../../support/objects.ts";

const say = (remedy: Remedy, ...objects: readonly Raw[]) => asked(rolloutInProgress, { remedy, objects });
const status = (change: object) => ({
  status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3, ...change },
  spec: { replicas: 3 },
});
const progressing = (reason: string) => [{ type: "Progressing", status: "True", reason }];
const of = (kind: "DaemonSet" | "ReplicaSet" | "Pod" | "Job", name: string, namespace = "payments") =>
  anEviction("a-pod", {
    owner: { kind, name, uid: `u-${name}` as Uid },
    target: { ...anEviction("a-pod").target, namespace },
  });

describe("rollout-in-progress", () => {
  it.each<readonly [string, Remedy, Raw]>([
    ["Deployment", aRestart(), aDeployment(status({}))],
    ["StatefulSet", anEviction(), aStatefulSet(status({ currentRevision: "r1", updateRevision: "r1" }))],
    ["DaemonSet", of("DaemonSet", "spirl-agent", "spirl-system"), aDaemonSet({ status: { observedGeneration: 1 } })],
    ["ReplicaSet", of("ReplicaSet", "checkout-7d4f"), aReplicaSet()],
  ])("allows where a %s is at rest", async (_kind, remedy, object) => expect(await say(remedy, object)).toEqual({ rule: "allow" }));

  it.each<readonly [string, Remedy, Raw, string]>([
    [
      "its controller lags behind",
      aRestart(),
      aDeployment({ metadata: { generation: 2 } }),
      "Deployment checkout is being rolled out: its controller has not seen the newest spec yet",
    ],
    [
      "it has no status yet",
      aTemplateLabel(),
      aDeployment({ status: undefined }),
      "Deployment checkout is being rolled out: its controller has not seen the newest spec yet",
    ],
    [
      "not all pods are new",
      aRestart(),
      aDeployment(status({ updatedReplicas: 2 })),
      "Deployment checkout is being rolled out: 2 of 3 pods are of the newest template",
    ],
    [
      "old pods are still there",
      aRestart(),
      aDeployment(status({ replicas: 4 })),
      "Deployment checkout is being rolled out: pods of an older template are still there",
    ],
    [
      "not all new pods are available yet",
      aRestart(),
      aDeployment(status({ availableReplicas: 1 })),
      "Deployment checkout is being rolled out: 1 of 3 new pods are available",
    ],
    [
      "and its controller says that it gets on",
      aRestart(),
      aDeployment(status({ availableReplicas: 1, conditions: progressing("ReplicaSetUpdated") })),
      "Deployment checkout is being rolled out: 1 of 3 new pods are available",
    ],
    [
      "a StatefulSet changes its revision",
      anEviction(),
      aStatefulSet(status({ currentRevision: "r1", updateRevision: "r2" })),
      "StatefulSet ledger is being rolled out: revision r2 replaces r1",
    ],
    [
      "a DaemonSet has old pods",
      of("DaemonSet", "spirl-agent", "spirl-system"),
      aDaemonSet({ metadata: { generation: 1 }, status: { observedGeneration: 1, desiredNumberScheduled: 5, updatedNumberScheduled: 4 } }),
      "DaemonSet spirl-agent is being rolled out: 4 of 5 pods are of the newest template",
    ],
  ])("denies where %s", async (_what, remedy, object, says) =>
    expect(await say(remedy, object)).toEqual({ guard: "rollout-in-progress", rule: "deny", says }),
  );

  it.each(["NewReplicaSetAvailable", "ProgressDeadlineExceeded"])(
    "pods that are not available are no rollout once it has come to its end (%s): without an identity they may never be",
    async (reason) =>
      expect(await say(aRestart(), aDeployment(status({ availableReplicas: 0, conditions: progressing(reason) })))).toEqual({
        rule: "allow",
      }),
  );

  it("what nobody rolls out is at rest", async () => {
    for (const remedy of [aNamespaceLabel(), of("Pod", "lonely"), of("Job", "import")])
      expect(await say(remedy)).toEqual({ rule: "allow" });
  });

  it("what is taken back is our own rollout, also a stuck one", async () =>
    expect(
      await asked(rolloutInProgress, { undoing: true, remedy: aTemplateLabel(), objects: [aDeployment(status({ updatedReplicas: 1 }))] }),
    ).toEqual({
      rule: "allow",
    }));

  it("asks for a new plan where the owner is gone, and denies what cannot be read", async () => {
    expect(await say(aRestart())).toEqual({ guard: "rollout-in-progress", rule: "deny", says: "Deployment checkout is gone", until: now });
    const besides = [[controller("Deployment", "payments", "checkout"), new Missing("timed out")]] as const;
    expect(await asked(rolloutInProgress, { besides })).toMatchObject({ rule: "deny", says: "cannot tell: timed out" });
  });
});
