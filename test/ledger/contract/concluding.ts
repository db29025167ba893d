import { expect, it } from "vitest";
import type { ClusterState, Entry, LedgerView } from "../../../kernel/types/index.ts";
import {
  alert,
  allowWrites,
  at,
  closed,
  faulted,
  leased,
  opened,
  opening,
  openingOf,
  seen,
  settled,
  take,
} from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

const entry: Entry = faulted("what is concluded");
const failedOnce = ({ cluster }: LedgerView): ClusterState => ({ ...cluster, version: cluster.version + 1, failed: { "evict-pod": 1 } });

export function concluding(make: Make): void {
  it("puts a record and the cluster's next state in one step", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const after = await ledger.append(view, [entry], "Decide", at(1), failedOnce(view));
    expect(after).toEqual(await seen(ledger, view.head.id));
    expect(after).toMatchObject({ head: { seq: 2 }, cluster: failedOnce(view) });
  });

  it("does neither where the story moved on, nor where the cluster did", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    await ledger.append(view, [faulted("meanwhile")], "Decide", at(1));
    expect(await ledger.append(view, [entry], "Decide", at(1), failedOnce(view))).toBe("conflict");
    expect(await ledger.cluster("prod")).toEqual(view.cluster);
    const fresh = await seen(ledger, view.head.id);
    await ledger.setCluster("prod", fresh.cluster, { ...fresh.cluster, version: 1, failed: { "rollout-restart": 1 } });
    expect(await ledger.append(fresh, [entry], "Decide", at(1), failedOnce(fresh))).toBe("conflict");
    expect((await seen(ledger, view.head.id)).story).toHaveLength(2);
  });

  it("is done by one of 20, once", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingOf("web"));
    const did = await Promise.all(Array.from({ length: 20 }, () => bench.open().append(view, [entry], "Decide", at(1), failedOnce(view))));
    expect(did.filter((one) => one !== "conflict")).toHaveLength(1);
    expect(await bench.open().cluster("prod")).toEqual(failedOnce(view));
    expect((await seen(bench.open(), view.head.id)).story).toHaveLength(2);
  });

  it("of 20 incidents of one cluster, those that saw the same of it do not write over each other", async () => {
    const bench = await benchOf(make);
    const views = await Promise.all(Array.from({ length: 20 }, (_, n) => opened(bench.open(), openingOf(`web-${n}`))));
    const did = await Promise.all(views.map((view) => bench.open().append(view, [entry], "Decide", at(1), failedOnce(view))));
    expect(did.filter((one) => one !== "conflict")).toHaveLength(1);
    expect(await bench.open().cluster("prod")).toMatchObject({ version: 1 });
  });

  it("knows its own though the answer was lost", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingOf("web"));
    let lost = 0;
    const after = await bench.open({ lose: () => lost++ < 4 }).append(view, [entry], "Decide", at(1), failedOnce(view));
    expect(lost).toBeGreaterThan(0);
    expect(after).toEqual(await seen(bench.open(), view.head.id));
    expect(await bench.open().cluster("prod")).toEqual(failedOnce(view));
  });

  it("throws where the state cannot follow the one that was seen", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    for (const wrong of [{ ...failedOnce(view), version: 2 }, { ...failedOnce(view), fence: -1 }, { ...view.cluster }])
      await expect(ledger.append(view, [entry], "Decide", at(1), wrong)).rejects.toThrow(TypeError);
    expect(await seen(ledger, view.head.id)).toEqual(view);
  });

  it("with a close, takes back what the incident holds by the state that is wanted", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const { head, cluster } = await opened(ledger, opening([alert("a")]));
    await take(ledger, await seen(ledger, head.id), at(1));
    const view = await settled(ledger, head.id);
    const after = await ledger.append(view, [closed], "Decide", at(2), failedOnce(view));
    const { lease: _given, ...free } = leased(cluster, head.id, at(1));
    expect(after).toMatchObject({ head: { open: false } });
    expect(await ledger.cluster("prod")).toEqual({ ...free, version: 3, failed: { "evict-pod": 1 } });
  });
}
