import { expect, it } from "vitest";
import type { ClusterState, Switch } from "../../../kernel/types/index.ts";
import { appended, at, closed, leased, opened, openingOf, seen, sha } from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

export function state(make: Make): void {
  it("moves a cluster's state by compare-and-set", async () => {
    const bench = await benchOf(make);
    const ledger = bench.open();
    const { head, cluster } = await opened(ledger, openingOf("web"));
    const next: ClusterState = {
      ...leased(cluster, head.id, at(1)),
      cooling: { "evict-pod u-1": { until: at(900), by: head.id } },
      failed: { "evict-pod": 2 },
    };
    const did = await Promise.all(Array.from({ length: 20 }, () => bench.open().setCluster("prod", cluster, next)));
    expect(did.filter((done) => done)).toHaveLength(1);
    expect(await ledger.cluster("prod")).toEqual(next);
    expect((await seen(ledger, head.id)).cluster).toEqual(next);
    expect(await ledger.setCluster("prod", cluster, next)).toBe(false);
    expect(await ledger.cluster("stage")).toEqual(cluster);
  });

  it("throws where the next state forgets a fence or jumps", async () => {
    const ledger = await ledgerOf(make);
    const { head, cluster } = await opened(ledger, openingOf("web"));
    const first = leased(cluster, head.id, at(1));
    await ledger.setCluster("prod", cluster, first);
    const other = (await opened(ledger, openingOf("api"))).head.id;
    const lease = { holder: other, fence: 1, until: at(300) };
    await expect(ledger.setCluster("prod", first, { ...first, version: 2, lease })).rejects.toThrow(TypeError);
    await expect(ledger.setCluster("prod", first, { ...first, version: 2, fence: 0 })).rejects.toThrow(TypeError);
    await expect(ledger.setCluster("prod", first, { ...first, version: 3 })).rejects.toThrow(TypeError);
    const { lease: _given, ...unleased } = first;
    await expect(ledger.setCluster("prod", first, { ...unleased, version: 2, fence: 0 })).rejects.toThrow(TypeError);
    await expect(ledger.setCluster("prod", first, { ...first, version: 2, lease: { ...lease, fence: 2 } })).rejects.toThrow(TypeError);
    expect(await ledger.setCluster("prod", first, { ...first, version: 2, fence: 2, lease: { ...lease, fence: 2 } })).toBe(true);
  });

  it("knows its own cluster state though the answer was lost", async () => {
    const bench = await benchOf(make);
    const { cluster } = await opened(bench.open(), openingOf("web"));
    expect(await bench.open({ lose: () => true }).setCluster("prod", cluster, { ...cluster, version: 1 })).toBe(true);
  });

  it("lets one raise the run", async () => {
    const bench = await benchOf(make);
    const { head } = await opened(bench.open(), openingOf("web"));
    const did = await Promise.all(Array.from({ length: 20 }, () => bench.open().raiseRun(head.id, 1)));
    expect(did.filter((done) => done)).toHaveLength(1);
    expect((await seen(bench.open(), head.id)).head).toEqual({ ...head, run: 2 });
    expect(await bench.open().raiseRun(head.id, 2)).toBe(true);
  });

  it("lists what is open, oldest first", async () => {
    const ledger = await ledgerOf(make);
    for (const [name, seconds] of [
      ["c", 30],
      ["a", 10],
      ["d", 40],
      ["b", 20],
    ] as const)
      await opened(ledger, openingOf(name), at(seconds));
    const listed = await ledger.open();
    expect(listed.map(({ openedAt }) => openedAt)).toEqual([at(10), at(20), at(30), at(40)]);
    const [oldest] = listed;
    if (oldest === undefined) throw new Error("nothing is open");
    expect((await seen(ledger, oldest.id)).story[0]).toMatchObject({ incident: oldest });
    await appended(ledger, await seen(ledger, oldest.id), closed);
    expect(await ledger.open()).toEqual(listed.slice(1));
  });

  it("keeps switches apart, and gives them as they were set", async () => {
    const ledger = await ledgerOf(make);
    const on: Switch = { state: "on", by: "jo", since: at(5), why: "the webhook is being replaced" };
    await ledger.setSwitch("all", { state: "off" });
    await ledger.setSwitch({ cluster: "all" }, on);
    expect(await ledger.switchOf("all")).toEqual({ state: "off" });
    expect(await ledger.switchOf({ cluster: "all" })).toEqual(on);
    expect(await ledger.switchOf({ cluster: "prod" })).toEqual({ state: "missing" });
    await ledger.setSwitch({ cluster: "all" }, { state: "off" });
    expect(await ledger.switchOf({ cluster: "all" })).toEqual({ state: "off" });
    const { stops } = await opened(ledger, openingOf("web", { cluster: "all" }));
    expect(stops).toEqual({ all: { state: "off" }, cluster: { state: "off" } });
  });

  it("keeps a token for waking, the last one, and out of the story", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingOf("web"));
    expect(await ledger.token(head.id)).toBeUndefined();
    await ledger.putToken(head.id, "first-token");
    await ledger.putToken(head.id, "second-token");
    expect(await ledger.token(head.id)).toBe("second-token");
    expect(JSON.stringify(await seen(ledger, head.id))).not.toContain("-token");
  });

  it("has a rejected alert on record once a day, by body and index, in the order in which they came", async () => {
    const ledger = await ledgerOf(make);
    const nextDay = 24 * 60 * 60;
    const rejection = (body: string, index: number, seconds: number) => ({ at: at(seconds), body: sha(body), index, reason: "no cluster" });
    const first = [rejection("a", 1, 5), rejection("a", 0, 5), rejection("b", 0, 6), rejection("c", 0, 7)] as const;
    const again = [rejection("a", 0, 9), rejection("a", 0, nextDay)] as const;
    for (const one of [...first].reverse().concat(again)) await ledger.reject(one);
    expect(await ledger.rejections("2026-11-02")).toEqual([first[1], first[0], first[2], first[3]]);
    expect(await ledger.rejections("2026-11-03")).toEqual([again[1]]);
    expect(await ledger.rejections("2026-11-04")).toEqual([]);
    expect(await ledger.open()).toEqual([]);
  });
}
