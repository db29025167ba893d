import { expect, it } from "vitest";
import type { Ledger } from "../../../kernel/ports.ts";
import type { ClusterState, EntryOf, IncidentId, LedgerRecord } from "../../../kernel/types/index.ts";
import {
  allowWrites,
  appended,
  at,
  closed,
  faulted,
  opened,
  openingOf,
  outcome,
  seen,
  settled,
  take,
} from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

/** A write of `web` that was permitted and has no outcome, and another incident of the cluster. */
async function written(ledger: Ledger) {
  await allowWrites(ledger);
  const [mine, other] = [(await opened(ledger, openingOf("web"))).head.id, (await opened(ledger, openingOf("api"))).head.id];
  expect(await take(ledger, await seen(ledger, mine), at(1))).toMatchObject({ incident: mine });
  return { mine, other };
}
const intentOf = async (ledger: Ledger, id: IncidentId): Promise<LedgerRecord<EntryOf<"intent">>> => {
  const intent = (await seen(ledger, id)).story.findLast((record) => record.type === "intent");
  if (intent?.type !== "intent") throw new Error("no intent");
  return intent;
};
/** Long after every lease. */
const later = at(100_000);

export function pending(make: Make): void {
  it("permits nobody anything while a write has no outcome, whatever became of its lease", async () => {
    const ledger = await ledgerOf(make);
    const { mine, other } = await written(ledger);
    expect(await take(ledger, await seen(ledger, other), later)).toBe("conflict");
    expect(await take(ledger, await seen(ledger, mine), later)).toBe("conflict");
    await settled(ledger, mine);
    expect(await ledger.cluster("prod")).not.toHaveProperty("pending");
    expect(await take(ledger, await seen(ledger, other), later)).toMatchObject({ incident: other });
  });

  it("ends with the outcome on record, in one step, also where nobody knows it", async () => {
    const ledger = await ledgerOf(make);
    const { mine } = await written(ledger);
    const before = await seen(ledger, mine);
    const after = await appended(ledger, before, faulted("meanwhile"), outcome((await intentOf(ledger, mine)).hash, "unknown"));
    const { pending: _was, ...rest } = before.cluster;
    expect(after.cluster).toEqual({ ...rest, version: before.cluster.version + 1 });
    expect(await ledger.cluster("prod")).toEqual(after.cluster);
    expect(await seen(ledger, mine)).toEqual(after);
  });

  it("does not end with another incident's outcome, nor with another record of its own", async () => {
    const ledger = await ledgerOf(make);
    const { mine, other } = await written(ledger);
    const { pending: was } = await ledger.cluster("prod");
    await appended(ledger, await seen(ledger, other), outcome((await intentOf(ledger, mine)).hash, "applied"));
    await appended(ledger, await seen(ledger, mine), faulted("once"));
    expect((await ledger.cluster("prod")).pending).toEqual(was);
  });

  it("the outcome is not on record where the cluster moved on: whoever writes it looks again", async () => {
    const ledger = await ledgerOf(make);
    const { mine } = await written(ledger);
    const view = await seen(ledger, mine);
    await ledger.setCluster("prod", view.cluster, { ...view.cluster, version: 2, failed: { "evict-pod": 1 } });
    expect(await ledger.append(view, [outcome((await intentOf(ledger, mine)).hash, "applied")], "EvictWorkload", at(2))).toBe("conflict");
    expect((await seen(ledger, mine)).story.map(({ type }) => type)).toEqual(["opened", "intent"]);
    await settled(ledger, mine);
    expect(await ledger.cluster("prod")).toMatchObject({ version: 3, failed: { "evict-pod": 1 } });
  });

  it("knows its own outcome though the answer was lost", async () => {
    const bench = await benchOf(make);
    const { mine } = await written(bench.open());
    const view = await seen(bench.open(), mine);
    let lost = 0;
    const own = bench.open({ lose: () => lost++ < 4 });
    const after = await own.append(view, [outcome((await intentOf(own, mine)).hash, "applied")], "EvictWorkload", at(2));
    expect(lost).toBeGreaterThan(0);
    expect(after).toEqual(await seen(bench.open(), mine));
    expect(await bench.open().cluster("prod")).not.toHaveProperty("pending");
  });

  it("lets one of 20 end it, and one of 20 others have the next permit", async () => {
    const bench = await benchOf(make);
    const { mine, other } = await written(bench.open());
    const view = await seen(bench.open(), mine);
    const { hash } = await intentOf(bench.open(), mine);
    const next = await seen(bench.open(), other);
    const ends = Array.from({ length: 20 }, () => bench.open().append(view, [outcome(hash, "applied")], "EvictWorkload", at(2)));
    const takes = Array.from({ length: 20 }, () => take(bench.open(), next, later));
    const [ended, took] = [await Promise.all(ends), await Promise.all(takes)];
    expect(ended.filter((one) => one !== "conflict")).toHaveLength(1);
    // What they saw of the cluster is of before the outcome.
    expect(took.filter((one) => one !== "conflict")).toEqual([]);
    const fresh = await seen(bench.open(), other);
    const again = await Promise.all(Array.from({ length: 20 }, () => take(bench.open(), fresh, later)));
    expect(again.filter((one) => one !== "conflict")).toHaveLength(1);
    expect((await bench.open().cluster("prod")).pending).toMatchObject({ incident: other });
  });

  it("an incident does not close over a write without an outcome", async () => {
    const ledger = await ledgerOf(make);
    const { mine } = await written(ledger);
    const view = await seen(ledger, mine);
    await expect(ledger.append(view, [closed], "Decide", at(2))).rejects.toThrow("a write has no outcome on record");
    expect(await seen(ledger, mine)).toEqual(view);
    const after = await appended(ledger, view, outcome((await intentOf(ledger, mine)).hash, "applied"), closed);
    expect(after.head.open).toBe(false);
    expect(await ledger.cluster("prod")).toEqual(after.cluster);
    expect(after.cluster).not.toHaveProperty("pending");
    expect(after.cluster).not.toHaveProperty("lease");
  });

  it("is begun by a permit only; a mark that was left behind can be taken away", async () => {
    const ledger = await ledgerOf(make);
    const { mine, other } = await written(ledger);
    const { cluster } = await seen(ledger, mine);
    const { pending: was, ...rest } = cluster;
    if (!was) throw new Error("nothing is pending");
    const to = (next: Partial<ClusterState>): ClusterState => ({ ...rest, version: cluster.version + 1, ...next });
    const another = to({ pending: { ...was, incident: other, intent: "x" as never } });
    await expect(ledger.setCluster("prod", cluster, another)).rejects.toThrow(TypeError);
    expect(await ledger.setCluster("prod", cluster, to({}))).toBe(true);
    const free = await ledger.cluster("prod");
    await expect(ledger.setCluster("prod", free, { ...free, version: free.version + 1, pending: was })).rejects.toThrow(TypeError);
  });
}
