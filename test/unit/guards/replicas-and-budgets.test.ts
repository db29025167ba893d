import { describe, expect, it } from "vitest";
import type { Uid } from "../../../kernel/types/index.ts";
import { replicasAndBudgets } from "../../../runbook/guards/replicas-and-budgets.ts";
import { podDisruptionBudgets, podsIn } from "../../../runbook/queries/kubernetes.ts";
import { checkout } from "../../support/clusters.ts";
import { Missing } from "../../support/evidence.ts";
import { aBudget, asked, now } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aTemplateLabel } from "../../support/incidents.ts";
import { aDaemonSet, aDeployment, aPod, aStatefulSet, type Change, merged, ownedBy, type Raw } from "../../support/objects.ts";

const notReady: Change = { status: { conditions: [{ type: "Ready", status: "False" }] } };
const replica = (index: number, change: Change = {}): Raw =>
  aPod(merged({ metadata: { name: `ledger-${index}`, labels: { app: "ledger" }, ...ownedBy(aStatefulSet()) } }, change));
const two = [replica(0), replica(1)];
const evict = (objects: readonly Raw[]) => asked(replicasAndBudgets, { remedy: anEviction(), objects });
const guard = "replicas-and-budgets";

describe("replicas-and-budgets, before an eviction", () => {
  it("allows where another is Ready, with a budget that allows it or without one", async () => {
    expect(await evict(two)).toEqual({ rule: "allow" });
    expect(await evict([...two, aBudget()])).toEqual({ rule: "allow" });
  });

  it("allows the eviction of one that serves nobody", async () => expect(await evict([replica(0, notReady)])).toEqual({ rule: "allow" }));

  const second = aBudget({ metadata: { name: "all-pdb", uid: "u-2" }, spec: { selector: {} } });
  it.each<readonly [string, readonly Raw[], string]>([
    ["it is the last one", [replica(0)], "ledger-0 is the last Ready replica of StatefulSet ledger"],
    ["no other is Ready", [replica(0), replica(1, notReady)], "ledger-0 is the last Ready replica of StatefulSet ledger"],
    [
      "the other is on its way out",
      [replica(0), replica(1, { metadata: { deletionTimestamp: "2026-11-20T03:01:00Z" } })],
      "ledger-0 is the last Ready replica of StatefulSet ledger",
    ],
    [
      "its budget is used up",
      [...two, aBudget({ status: { disruptionsAllowed: 0 } })],
      "PodDisruptionBudget ledger-pdb allows no disruption now",
    ],
    [
      "its budget was just changed",
      [...two, aBudget({ metadata: { generation: 2 } })],
      "PodDisruptionBudget ledger-pdb was changed and not counted yet",
    ],
    [
      "two budgets cover it",
      [...two, aBudget(), second],
      "more than one PodDisruptionBudget covers ledger-0, which Kubernetes refuses to evict (ledger-pdb, all-pdb)",
    ],
  ])("denies where %s", async (_what, objects, says) => expect(await evict(objects)).toEqual({ guard, rule: "deny", says }));

  it("a budget of others, or of none, is not asked", async () => {
    const none = { status: { disruptionsAllowed: 0 } };
    expect(await evict([...two, aBudget({ ...none, spec: { selector: { matchLabels: { app: "checkout" } } } })])).toEqual({
      rule: "allow",
    });
    expect(await evict([...two, aBudget({ ...none, spec: { selector: undefined } })])).toEqual({ rule: "allow" });
  });

  it("a pod without an owner comes never again", async () => {
    const remedy = anEviction("lonely", { owner: { kind: "Pod", name: "lonely", uid: "u-lonely" as Uid } });
    expect(await asked(replicasAndBudgets, { remedy, objects: [aPod({ metadata: { name: "lonely" } })] })).toMatchObject({
      rule: "deny",
      says: "lonely has no owner: nobody would create it again",
    });
  });

  it("asks for a new plan where the pod was made again meanwhile", async () =>
    expect(await evict([replica(0, { metadata: { uid: "u-again" } }), replica(1)])).toEqual({
      guard,
      rule: "deny",
      says: "ledger-0 is not among the pods of StatefulSet ledger",
      until: now,
    }));

  it("another owner's Ready pod that the selector chooses as well is no replica", async () => {
    const owner = { kind: "Deployment", name: "checkout", uid: "u-checkout" as Uid } as const;
    const remedy = anEviction("checkout-7d4f-x2", { owner });
    const canary = aPod({
      metadata: { name: "canary-1", labels: { app: "checkout" }, ...ownedBy(aStatefulSet({ metadata: { name: "canary" } })) },
    });
    expect(await asked(replicasAndBudgets, { remedy, objects: [...checkout(), canary] })).toMatchObject({
      says: "checkout-7d4f-x2 is the last Ready replica of Deployment checkout",
    });
  });

  it.each([
    ["the pods", podsIn("payments")],
    ["the budgets", podDisruptionBudgets("payments")],
  ])("denies where %s cannot be read", async (_what, query) =>
    expect(
      await asked(replicasAndBudgets, { remedy: anEviction(), objects: two, besides: [[query, new Missing("forbidden")]] }),
    ).toMatchObject({
      rule: "deny",
      says: "cannot tell: forbidden",
    }),
  );
});

describe("replicas-and-budgets, before a rollout", () => {
  const restart = (spec: Change) => asked(replicasAndBudgets, { remedy: aRestart(), objects: [aDeployment({ spec })] });

  it("a Deployment brings the new pod first, so that one replica is enough", async () =>
    expect(await restart({ replicas: 1 })).toEqual({ rule: "allow" }));

  it.each<readonly [string, Change, string]>([
    ["is paused", { paused: true }, "Deployment checkout is paused: nothing would roll out"],
    ["is scaled to none", { replicas: 0 }, "Deployment checkout is scaled to none"],
    [
      "takes all pods away first",
      { strategy: { type: "Recreate" } },
      "Deployment checkout has strategy Recreate: all its pods would go at once",
    ],
  ])("denies where it %s", async (_what, spec, says) => expect(await restart(spec)).toEqual({ guard, rule: "deny", says }));

  it.each<readonly [string, Raw, string | undefined]>([
    ["has one pod", aStatefulSet(), "a rollout of StatefulSet ledger may take 1 of its 1 pods away before new ones come"],
    [
      "waits for deletions",
      aStatefulSet({ spec: { replicas: 3, updateStrategy: { type: "OnDelete" } } }),
      "StatefulSet ledger has strategy OnDelete: nothing would roll out",
    ],
    [
      "runs on one node",
      aDaemonSet({ metadata: { name: "ledger", namespace: "payments" }, status: { desiredNumberScheduled: 1 } }),
      "a rollout of DaemonSet ledger may take 1 of its 1 pods away before new ones come",
    ],
    [
      "has no count yet",
      aDaemonSet({ metadata: { name: "ledger", namespace: "payments" }, status: undefined }),
      "DaemonSet ledger is scaled to none",
    ],
    ["has three", aStatefulSet({ spec: { replicas: 3 } }), undefined],
    [
      "takes more than half of two, which is both",
      aDaemonSet({
        metadata: { name: "ledger", namespace: "payments" },
        spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "51%" } } },
      }),
      "a rollout of DaemonSet ledger may take 2 of its 2 pods away before new ones come",
    ],
    [
      "keeps all its pods as they are",
      aStatefulSet({ spec: { replicas: 3, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 3 } } } }),
      "StatefulSet ledger has partition 3: 3 of its 3 pods would stay as they are",
    ],
    [
      "keeps one of its pods as it is, so that not all could be proved",
      aStatefulSet({ spec: { replicas: 3, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } } }),
      "StatefulSet ledger has partition 1: 1 of its 3 pods would stay as they are",
    ],
  ])("others take one pod away before: where it %s", async (_what, object, says) => {
    const kind = object.kind === "DaemonSet" ? "DaemonSet" : "StatefulSet";
    const remedy = { ...aTemplateLabel(), target: { ...aTemplateLabel().target, kind, name: "ledger", uid: "u-ledger" as Uid } } as const;
    expect(await asked(replicasAndBudgets, { remedy, objects: [object] })).toEqual(
      says ? { guard, rule: "deny", says } : { rule: "allow" },
    );
  });

  /** As Kubernetes rounds: surge up, unavailable down, and one where both come to none. */
  it.each<readonly [number, Change, boolean]>([
    [1, {}, true],
    [3, { maxUnavailable: "34%" }, true],
    [2, { maxUnavailable: "100%" }, false],
    [2, { maxUnavailable: 2 }, false],
    [2, { maxUnavailable: 1, maxSurge: 0 }, true],
    [1, { maxUnavailable: 1, maxSurge: 0 }, false],
    [1, { maxUnavailable: 0, maxSurge: 0 }, false],
    [1, { maxUnavailable: "99%", maxSurge: 0 }, false],
    [1, { maxUnavailable: "99%", maxSurge: "1%" }, true],
  ])("a Deployment of %i with %o: %s", async (replicas, rollingUpdate, allowed) => {
    const ruling = await restart({ replicas, strategy: { type: "RollingUpdate", rollingUpdate } });
    expect(ruling.rule).toBe(allowed ? "allow" : "deny");
  });

  it("what is taken back is to stand in the template also where nothing rolls out, but must not take all pods away either", async () => {
    const back = (spec: Change) => asked(replicasAndBudgets, { undoing: true, remedy: aTemplateLabel(), objects: [aDeployment({ spec })] });
    for (const spec of [{ paused: true }, { replicas: 0 }]) expect(await back(spec)).toEqual({ rule: "allow" });
    for (const strategy of [{ type: "Recreate" }, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2, maxSurge: 0 } }])
      expect((await back({ replicas: 2, strategy })).rule).toBe("deny");
  });

  it("denies where how many may be missing cannot be read", async () =>
    expect(await restart({ replicas: 3, strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "a few" } } })).toMatchObject({
      rule: "deny",
    }));

  it("asks for a new plan where the owner is gone", async () =>
    expect(await asked(replicasAndBudgets, { objects: [] })).toMatchObject({ says: "Deployment checkout is gone", until: now }));

  it("a namespace's label moves no pod", async () =>
    expect(await asked(replicasAndBudgets, { remedy: aNamespaceLabel() })).toEqual({ rule: "allow" }));
});
