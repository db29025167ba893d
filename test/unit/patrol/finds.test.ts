import { describe, expect, test } from "vitest";
import { collect } from "../../../kernel/collect.ts";
import { run } from "../../../kernel/suspend.ts";
import type { Expected } from "../../../kernel/types/index.ts";
import { finds } from "../../../runbook/patrol.ts";
import { aPolicy, t0 } from "../../support/incidents.ts";
import { aController, aDeployment, aNamespace, aPod, aWebhook, aWorld, injected, lists } from "./cluster.ts";

async function look(objects: Readonly<Record<string, unknown>>, expected: readonly Expected[] = []) {
  const given = { cluster: "prod", policy: aPolicy({ expected }), now: t0 };
  const { value } = await collect((evidence) => {
    const ran = run((read) => finds(read, given), evidence);
    return { value: ran, wants: ran.did === "miss" ? ran.queries : [] };
  }, aWorld(objects));
  return value;
}
async function found(objects: Readonly<Record<string, unknown>>, expected: readonly Expected[] = []) {
  const looked = await look(objects, expected);
  if (looked.did !== "finish") throw new Error(JSON.stringify(looked));
  return looked.value;
}
const byReplicaSet = { by: "ReplicaSet checkout-1" };

describe("the patrol finds", () => {
  test("a Deployment whose pods have the webhook's label and no volume, and counts those pods", async () => {
    const pods = [
      aPod("checkout-a", byReplicaSet),
      aPod("checkout-b", byReplicaSet),
      aPod("checkout-c", { ...byReplicaSet, volumes: injected }),
    ];
    expect(await found({ ...lists(pods), ...aWebhook(), ...aDeployment("checkout") })).toEqual([
      { namespace: "payments", kind: "Deployment", name: "checkout", pods: 2 },
    ]);
  });

  test("by the namespace's labels, where the webhook looks at those", async () => {
    const objects = {
      ...lists(
        [aPod("a-0", { labels: {}, namespace: "a" }), aPod("b-0", { labels: {}, namespace: "b" })],
        [aNamespace("a", { identity: "on" }), aNamespace("b")],
      ),
      ...aWebhook({ namespaceSelector: { matchLabels: { identity: "on" } } }),
    };
    expect(await found(objects)).toEqual([{ namespace: "a", kind: "Pod", name: "a-0", pods: 1 }]);
  });

  test("what the policy expects, though no webhook asks for it; not the same of another cluster", async () => {
    const pods = [aPod("db-0", { labels: {}, by: "StatefulSet db" }), aPod("other-0", { labels: {}, by: "StatefulSet other" })];
    const objects = { ...lists(pods), "/apis/apps/v1/namespaces/payments/statefulsets/db": aController("db") };
    const expected: readonly Expected[] = [
      { namespace: "payments", kind: "StatefulSet", name: "db" },
      { namespace: "payments", name: "other", cluster: "staging" },
    ];
    expect(await found(objects, expected)).toEqual([{ namespace: "payments", kind: "StatefulSet", name: "db", pods: 1 }]);
  });

  test("the owner that is really there: a ReplicaSet made by something unknown is not taken for a Deployment", async () => {
    const labels = { "k8s.spirl.com/spiffe-csi": "enabled", "pod-template-hash": "1" };
    const rollout = {
      "/apis/apps/v1/namespaces/payments/replicasets/checkout-1": aController("checkout-1", {
        by: "Rollout checkout",
        apiVersion: "argoproj.io/v1alpha1",
      }),
    };
    expect(await found({ ...lists([aPod("checkout-a", { ...byReplicaSet, labels })]), ...aWebhook(), ...rollout })).toEqual([
      { namespace: "payments", kind: "ReplicaSet", name: "checkout-1", pods: 1 },
    ]);
  });

  test("the most concerned first, and keeps apart what has one name", async () => {
    const pods = [aPod("web-0", { by: "StatefulSet web" }), aPod("web-a", { by: "DaemonSet web" }), aPod("web-b", { by: "DaemonSet web" })];
    const objects = {
      ...lists(pods),
      ...aWebhook(),
      "/apis/apps/v1/namespaces/payments/statefulsets/web": aController("web"),
      "/apis/apps/v1/namespaces/payments/daemonsets/web": aController("web"),
    };
    expect(await found(objects)).toEqual([
      { namespace: "payments", kind: "DaemonSet", name: "web", pods: 2 },
      { namespace: "payments", kind: "StatefulSet", name: "web", pods: 1 },
    ]);
  });
});

describe("the patrol leaves alone", () => {
  const hostPath = { name: "spirl", hostPath: { path: "/run/spirl" } };
  const mounts = [{ name: "app", volumeMounts: [{ name: "spirl", mountPath: "/spirl-agent-socket" }] }];
  test.each<[string, object]>([
    ["a pod that has its volume", aPod("p", { volumes: injected })],
    ["a pod that nobody asks an identity for", aPod("p", { labels: {} })],
    ["a pod that brings its own mount of the socket", aPod("p", { volumes: [hostPath], containers: mounts })],
    ["a pod on its way out", aPod("p", { leaving: true })],
    ["a pod that has ended", aPod("p", { phase: "Succeeded" })],
    ["a pod whose owner is gone, and which goes with it", aPod("p", byReplicaSet)],
  ])("%s", async (_what, pod) => {
    expect(await found({ ...lists([pod]), ...aWebhook() })).toEqual([]);
  });

  test("a pod of which it cannot be computed: the condition asks who creates it", async () => {
    const matchConditions = [{ name: "who", expression: "request.userInfo.username == 'alice'" }];
    expect(await found({ ...lists([aPod("p")]), ...aWebhook({ matchConditions }) })).toEqual([]);
  });
});

test.each(["/api/v1/pods", "/api/v1/namespaces", Object.keys(aWebhook())[0] ?? ""])(
  "without %s the patrol has seen nothing",
  async (path) => {
    const objects = { ...lists([aPod("p")]), ...aWebhook(), [path]: new Error("the role lacks list") };
    expect(await look(objects)).toMatchObject({ did: "fail", reason: "the role lacks list" });
  },
);
