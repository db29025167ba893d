import { describe, expect, it } from "vitest";
import type { Keeper } from "../../../kernel/ports.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { sweep } from "../../../lambdas/sweep/handler.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { anAlert, anIncident, at } from "../../support/incidents.ts";
import { aDeployment, aPod, aReplicaSet, type Change, label, ownedBy, type Raw } from "../../support/objects.ts";
import { aSweep } from "../../support/sweep.ts";
import { anOpening, aStage, older, type Stage } from "../act/stage.ts";

/** A Deployment of one pod that is older than the webhook. */
function ill(name: string): readonly Raw[] {
  const labels = { app: name, [label]: "enabled" };
  const top = aDeployment({ metadata: { name } });
  const set = aReplicaSet({
    metadata: { name: `${name}-1`, ...ownedBy(top) },
    spec: { template: (top.spec as Change).template, selector: { matchLabels: { app: name } } },
  });
  return [top, set, aPod({ metadata: { name: `${name}-1-x`, ...(older.metadata as object), ...ownedBy(set), labels } })];
}
const names = ["cart", "billing", "search"];
const fleetWide = () => aStage({ objects: aWorld(...checkout({ pod: older }), ...names.flatMap(ill)) });

/** An incident of another owner in the same cluster. */
async function another({ ledger }: Stage, name: string): Promise<IncidentId> {
  const scope = { of: "owner", namespace: "payments", kind: "Deployment", name } as const;
  const opened = await ledger.openOrJoin(anOpening({ scope, alerts: [anAlert({ fingerprint: name })] }), at(1));
  if (opened.did !== "opened") throw new Error(opened.did);
  return opened.id;
}
const parentOf = async ({ ledger }: Stage): Promise<IncidentId> => {
  const { parent } = await ledger.cluster("prod");
  if (!parent) throw new Error("nothing stands for all");
  return parent;
};

describe("a fault of the whole fleet", () => {
  it("opens one parent, however many show it, and each child closes as folded into it", async () => {
    const stage = await fleetWide();
    const children = [stage.id, ...(await Promise.all(names.map((name) => another(stage, name))))];
    for (const child of children) expect(await stage.plan(child)).toEqual({ id: child, to: "Done" });
    const parent = await parentOf(stage);
    expect((await stage.ledger.open()).map(({ id }) => id)).toEqual([parent]);
    expect((await stage.view(parent)).story[0]).toMatchObject({
      incident: { scope: { of: "cluster" }, scenario: "workloads-not-receiving-svids" },
    });
    for (const child of children) {
      expect((await stage.types(child)).slice(-2)).toEqual(["folded", "closed"]);
      expect(await stage.last("folded", child)).toMatchObject({ into: parent });
      expect(await stage.last("closed", child)).toMatchObject({ result: "folded", says: expect.stringContaining("4 of 4 pods") });
    }
    expect(new Set(stage.started)).toEqual(new Set([parent]));
    expect((await stage.view(parent)).inbox).toHaveLength(children.length - 1);
  });

  it("the parent writes nothing, becomes a ticket, and its closing frees the cluster", async () => {
    const stage = await fleetWide();
    await stage.plan();
    const parent = await parentOf(stage);
    expect(await stage.plan(parent)).toEqual({ id: parent, to: "Escalate" });
    const view = await stage.view(parent);
    const ticket = { type: "ticketed", ticket: "T-1", commentAt: stage.clock() } as const;
    const archive = await stage.archive.put("logs", "preserved");
    await stage.ledger.append(view, [ticket, { type: "commented", ticket: "T-1", archive }], "Escalate", stage.clock());
    expect(await parentOf(stage)).toBe(parent);
    expect(await stage.plan(parent)).toEqual({ id: parent, to: "Done" });
    expect(await stage.last("closed", parent)).toMatchObject({ result: "escalated" });
    expect(await stage.ledger.cluster("prod")).not.toHaveProperty("parent");
    expect(stage.seen.written).toEqual([]);
  });

  it("a parent that could not close, because an alert joined, still stands for all", async () => {
    const stage = await fleetWide();
    await stage.plan();
    const parent = await parentOf(stage);
    stage.now.objects = aWorld();
    stage.now.blind = true;
    await stage.plan(parent);
    const view = await stage.view(parent);
    const archive = await stage.archive.put("logs", "preserved");
    const ticket = { type: "ticketed", ticket: "T-1", commentAt: stage.clock() } as const;
    await stage.ledger.append(view, [ticket, { type: "commented", ticket: "T-1", archive }], "Escalate", stage.clock());
    const parents: (string | undefined)[] = [];
    let joined = false;
    const ledger: Stage["ledger"] = {
      ...stage.ledger,
      append: async (...args) => {
        if (!joined && args[1].some(({ type }) => type === "closed")) {
          joined = true;
          await stage.ledger.openOrJoin(anOpening({ scope: { of: "cluster" }, alerts: [anAlert({ fingerprint: "late" })] }), stage.clock());
        }
        return stage.ledger.append(...args);
      },
      view: async (id) => {
        if (joined) parents.push((await stage.ledger.cluster("prod")).parent);
        return stage.ledger.view(id);
      },
    };
    expect(await stage.decide({ id: parent }, { ledger })).toMatchObject({ to: "Done" });
    // While it was open it stood for all, also on the turn after the refused close.
    expect(parents[0]).toBe(parent);
    expect((await stage.types(parent)).slice(-2)).toEqual(["joined", "closed"]);
    expect(await stage.ledger.cluster("prod")).not.toHaveProperty("parent");
  });

  it("killed between opening the parent and closing the child, and again: the child is named there once", async () => {
    const stage = await fleetWide();
    await stage.decide();
    await stage.diagnose();
    const killed = { ...stage.ledger, setCluster: () => Promise.reject(new Error("killed")) };
    await expect(stage.decide({}, { ledger: killed })).rejects.toThrow("killed");
    stage.now.seconds += 60;
    expect(await stage.plan()).toMatchObject({ to: "Done" });
    const view = await stage.view(await parentOf(stage));
    expect(view.inbox).toEqual([]);
    expect(view.story[0]).toMatchObject({ incident: { alertCount: 1 } });
  });

  it("killed before the parent's execution is started: the sweeper starts it", async () => {
    const stage = await fleetWide();
    await stage.decide();
    await stage.diagnose();
    const starter = { start: () => Promise.reject(new Error("killed")) };
    await expect(stage.decide({}, { starter })).rejects.toThrow("killed");
    const started: IncidentId[] = [];
    const keep: Keeper["keep"] = async ({ head: { id } }) => {
      started.push(id);
      return "started";
    };
    await sweep(aSweep(stage, { keeper: { keep } }), { parallel: 1, seconds: 30 });
    expect(started).toEqual([await parentOf(stage)]);
  });
});

describe("a mark that was left behind", () => {
  it("of a parent that has ended, or never was, is cleared by the next who looks", async () => {
    const stage = await aStage();
    const seen = await stage.ledger.cluster("prod");
    const ghost = anIncident({ id: "prod-svids-ghost-g1" as IncidentId }).id;
    await stage.ledger.setCluster("prod", seen, { ...seen, version: seen.version + 1, parent: ghost });
    expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
    expect(await stage.ledger.cluster("prod")).not.toHaveProperty("parent");
  });

  it("of a parent that is open stays, and nothing is changed below it", async () => {
    const stage = await aStage();
    const opened = await stage.ledger.openOrJoin(anOpening({ scope: { of: "cluster" }, alerts: [anAlert({ fingerprint: "p" })] }), at(1));
    if (opened.did !== "opened") throw new Error(opened.did);
    const seen = await stage.ledger.cluster("prod");
    await stage.ledger.setCluster("prod", seen, { ...seen, version: seen.version + 1, parent: opened.id });
    expect(await stage.plan()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({
      why: expect.stringContaining(`${opened.id} stands for a fault of the whole cluster`),
    });
    expect(await parentOf(stage)).toBe(opened.id);
  });
});
