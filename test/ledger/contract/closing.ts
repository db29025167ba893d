import { expect, it } from "vitest";
import type { ClusterState, LedgerView } from "../../../kernel/types/index.ts";
import {
  alert,
  allowWrites,
  appended,
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
import { ledgerOf, type Make } from "./bench.ts";

export function closing(make: Make): void {
  it("ends the story: nothing is appended, raised or permitted any more", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const view = await appended(ledger, await opened(ledger, openingOf("web")), faulted("one"), closed);
    expect(view.head).toMatchObject({ open: false, seq: 3 });
    expect(await seen(ledger, view.head.id)).toEqual(view);
    expect(await ledger.open()).toEqual([]);
    expect(await ledger.append(view, [faulted("late")], "Decide", at(2))).toBe("conflict");
    expect(await ledger.append(view, [closed], "Decide", at(2))).toBe("conflict");
    expect(await take(ledger, view, at(2))).toBe("conflict");
    expect(await ledger.raiseRun(view.head.id, 1)).toBe(false);
  });

  it("does not close over an alert that it has not seen", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, opening([alert("a")]));
    await ledger.openOrJoin(opening([alert("b")]), at(2));
    expect(await ledger.append(view, [closed], "Decide", at(3))).toBe("conflict");
    expect((await seen(ledger, view.head.id)).head.open).toBe(true);
    await appended(ledger, await seen(ledger, view.head.id), { type: "joined", alerts: [alert("b")] }, closed);
    expect(await ledger.open()).toEqual([]);
  });

  it("gives the lease back, so that the next holder gets a higher fence", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const first = await opened(ledger, openingOf("web"));
    await take(ledger, first, at(1));
    await settled(ledger, first.head.id);
    await appended(ledger, await seen(ledger, first.head.id), closed);
    const free = await ledger.cluster("prod");
    expect(free).toEqual({ ...leased(first.cluster, first.head.id, at(1)), version: 3, lease: undefined });
    expect("lease" in free).toBe(false);
    const second = await opened(ledger, openingOf("api"));
    expect(await take(ledger, second, at(2))).toMatchObject({ incident: second.head.id });
    expect((await ledger.cluster("prod")).lease).toMatchObject({ holder: second.head.id, fence: 2 });
  });

  it("leaves another's lease and fold alone, and does not wait for them", async () => {
    const ledger = await ledgerOf(make);
    const [mine, other] = [await opened(ledger, openingOf("web")), await opened(ledger, openingOf("api"))];
    const busy: ClusterState = { ...leased(mine.cluster, other.head.id, at(1)), parent: other.head.id };
    expect(await ledger.setCluster("prod", mine.cluster, busy)).toBe(true);
    await appended(ledger, mine, closed);
    expect(await ledger.cluster("prod")).toEqual(busy);
  });

  it("ends its own fold, so that its children's cluster is free again", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const folded: ClusterState = { ...view.cluster, version: 1, parent: view.head.id };
    await ledger.setCluster("prod", view.cluster, folded);
    await appended(ledger, await seen(ledger, view.head.id), closed);
    expect(await ledger.cluster("prod")).toEqual({ ...view.cluster, version: 2 });
  });

  it("does not give a lease back on what it saw of a cluster that has moved on", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const id = (await opened(ledger, openingOf("web"))).head.id;
    await take(ledger, await seen(ledger, id), at(1));
    const view: LedgerView = await settled(ledger, id);
    const failed: ClusterState = { ...view.cluster, version: 3, failed: { "evict-pod": 1 } };
    await ledger.setCluster("prod", view.cluster, failed);
    expect(await ledger.append(view, [closed], "Decide", at(3))).toBe("conflict");
    await appended(ledger, await seen(ledger, id), closed);
    expect(await ledger.cluster("prod")).toMatchObject({ version: 4, failed: { "evict-pod": 1 } });
  });

  it("forgets the token: there is nothing left to wake", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    await ledger.putToken(view.head.id, "t-1");
    await appended(ledger, view, closed);
    expect(await ledger.token(view.head.id)).toBeUndefined();
  });
}
