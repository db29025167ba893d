import { describe, expect, test } from "vitest";
import { minted } from "../../../runbook/checks/proof/minted.ts";
import { aController, aPod, aReplicaSet, evict, finding, list, restart, type World } from "./objects.ts";

const agent = (name: string, change: object = {}) => aPod(name, { by: "uid-agents", labels: { app: "agents" }, ...change });
const counts = (counted: Readonly<Record<string, number>>) =>
  Object.entries(counted).map(([status_code, value]) => ({ labels: { svid_type: "x509", status_code }, value }));
const world = (
  mints: unknown,
  agents: readonly unknown[] = [agent("agent-1")],
  pods: readonly unknown[] = [aPod("web-0", { uid: "new", node: "n1" })],
): World => [
  ["/statefulsets/web", aController("web")],
  ["/daemonsets/", aController("agents")],
  ["/namespaces/shop/pods?", list(...pods)],
  ["fieldSelector=spec.nodeName%3Dn1", list(...agents)],
  ["spirl_agent_mint_svid_total", mints],
];

describe("the agent on the successor's node", () => {
  test("that has minted since the write is the proof", async () => {
    expect(await finding(minted, evict(), world(counts({ ok: 1.2, signer_mint_failed: 3 })))).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("agent-1"),
    });
  });

  test("whose mints have all failed is a fault", async () => {
    expect((await finding(minted, evict(), world(counts({ ok: 0, signer_mint_failed: 3 })))).is).toBe("faulty");
  });

  test.each<[string, World, RegExp]>([
    ["has minted nothing", world(counts({ ok: 0 })), /nothing was minted since the write by agent-1/],
    ["reports nothing", world([]), /nothing was minted/],
    ["cannot be asked", world(new Error("no Prometheus is configured")), /no Prometheus is configured/],
    ["is not there", world(counts({ ok: 1 }), []), /no agent to ask about/],
    ["is somebody else's pod of that label", world(counts({ ok: 1 }), [agent("agent-1", { by: "uid-other" })]), /no agent/],
    ["is on its way out", world(counts({ ok: 1 }), [agent("agent-1", { leaving: true })]), /no agent/],
  ])("that %s owes the proof", async (_what, of, says) => {
    expect(await finding(minted, evict(), of)).toMatchObject({ is: "unknown", says: expect.stringMatching(says) });
  });

  /** A Deployment of so many pods, each on a node of its own with an agent, of which the last mints only with this status. */
  const spread = (nodes: number, last: string): World => {
    const all = Array.from({ length: nodes }, (_, index) => index);
    return [
      ["/deployments/web", aController("web", { wanted: nodes })],
      ["/replicasets?", list(aReplicaSet("rs"))],
      ["/daemonsets/", aController("agents")],
      ["/namespaces/shop/pods?", list(...all.map((index) => aPod(`web-${index}`, { by: "rs", node: `n${index}` })))],
      ...all.map((index) => [new RegExp(`spec.nodeName%3Dn${index}$`), list(agent(`agent-${index}`))] as const),
      [`"agent-${nodes - 1}"`, counts({ [last]: 3 })],
      ["spirl_agent_mint_svid_total", counts({ ok: 3 })],
    ];
  };
  test("all of them are asked: the last one of many that fails is a fault", async () => {
    for (const nodes of [1, 5, 6, 20]) {
      expect((await finding(minted, restart, spread(nodes, "ok"))).is).toBe("healthy");
      expect(await finding(minted, restart, spread(nodes, "signer_mint_failed"))).toMatchObject({
        is: "faulty",
        says: expect.stringContaining(`agent-${nodes - 1}`),
      });
    }
  });
  test("on more nodes than pods may be looked at, nothing is known", async () =>
    expect(await finding(minted, restart, spread(21, "ok"))).toMatchObject({
      is: "unknown",
      says: "the new pods are on 21 nodes, and the agents of 20 at most are asked about",
    }));

  test("is not known before there is a successor on a node", async () => {
    expect((await finding(minted, evict(), world(counts({ ok: 1 }), [], []))).is).toBe("unknown");
  });
});
