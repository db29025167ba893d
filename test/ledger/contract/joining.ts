import { expect, it } from "vitest";
import type { Alert, Some } from "../../../kernel/types/index.ts";
import { alert, alertsOf, at, opened, opening as openingWith, seen, sha } from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

const names = (alerts: readonly Alert[]) => alerts.map(({ fingerprint, status }) => `${fingerprint} ${status}`);

export function joining(make: Make): void {
  it("puts what joins into the inbox, in order, each once", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith([alert("a")]));
    expect(await ledger.openOrJoin(openingWith([alert("a"), alert("b"), alert("c")]), at(5))).toEqual({ did: "joined", id: head.id });
    expect(await ledger.openOrJoin(openingWith([alert("b"), alert("d")]), at(6))).toEqual({ did: "joined", id: head.id });
    expect(await ledger.openOrJoin(openingWith([alert("d"), alert("a")]), at(7))).toEqual({ did: "already-there", id: head.id });
    const view = await seen(ledger, head.id);
    expect(names(view.inbox)).toEqual(["b firing", "c firing", "d firing"]);
    expect(view.head).toEqual({ ...head, inbox: 3 });
    expect(view.story).toHaveLength(1);
  });

  it("takes a flap's new start and an alert's end for what they are: news", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith([alert("a")]));
    await ledger.openOrJoin(openingWith([alert("a", { ends: at(60) }), alert("a", { startsAt: at(90) })]), at(95));
    expect(names((await seen(ledger, head.id)).inbox)).toEqual(["a resolved", "a firing"]);
  });

  it("names 20 alerts of a delivery, counts the others, and knows all of them again", async () => {
    const ledger = await ledgerOf(make);
    const bodies = { body: sha("one body") };
    const view = await opened(ledger, openingWith(alertsOf("a", 25, bodies)));
    expect(view.story[0]).toMatchObject({ incident: { alerts: alertsOf("a", 20, bodies), alertCount: 25 }, bodies: [bodies.body] });
    expect(await ledger.openOrJoin(openingWith(alertsOf("a", 25, bodies)), at(9))).toMatchObject({ did: "already-there" });
    expect(await ledger.openOrJoin(openingWith(alertsOf("b", 1_000)), at(9))).toMatchObject({ did: "joined" });
    expect(await ledger.openOrJoin(openingWith(alertsOf("b", 1_000)), at(9))).toMatchObject({ did: "already-there" });
    expect(names((await seen(ledger, view.head.id)).inbox)).toEqual(names(alertsOf("b", 20)));
  });

  it("names every end of an alert that it named, however many come at once", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith(alertsOf("a", 30)));
    await ledger.openOrJoin(openingWith(alertsOf("b", 5)), at(9));
    const ends = [...alertsOf("a", 30, { ends: at(60) }), ...alertsOf("b", 5, { ends: at(60) })] as unknown as Some<Alert>;
    expect(await ledger.openOrJoin(openingWith(ends), at(61))).toEqual({ did: "joined", id: head.id });
    const inbox = names((await seen(ledger, head.id)).inbox);
    expect(inbox).toEqual(expect.arrayContaining(names([...alertsOf("a", 20, { ends: at(60) }), ...alertsOf("b", 5, { ends: at(60) })])));
    expect(new Set(inbox).size).toBe(inbox.length);
    expect(await ledger.openOrJoin(openingWith(ends), at(62))).toEqual({ did: "already-there", id: head.id });
  });

  it("names the ends of named alerts before all else that came with them", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith(alertsOf("a", 5)));
    const ends = alertsOf("a", 5, { ends: at(60) });
    await ledger.openOrJoin(openingWith([...alertsOf("b", 30), ...ends] as unknown as Some<Alert>), at(61));
    expect(names((await seen(ledger, head.id)).inbox)).toEqual([...names(alertsOf("b", 15)), ...names(ends)]);
  });

  it("knows by the receipts that a join was written though its answer was lost", async () => {
    const bench = await benchOf(make);
    const { head } = await opened(bench.open(), openingWith([alert("a")]));
    let lost = 0;
    const join = await bench.open({ lose: () => lost++ < 4 }).openOrJoin(openingWith([alert("b")]), at(2));
    expect(join).toEqual({ did: "joined", id: head.id });
    expect(lost).toBeGreaterThan(0);
    expect(names((await seen(bench.open(), head.id)).inbox)).toEqual(["b firing"]);
  });

  it("knows 35,000 alerts again, more than one item takes", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith([alert("a")]));
    const many = openingWith(alertsOf("b", 35_000));
    expect(await ledger.openOrJoin(many, at(9))).toEqual({ did: "joined", id: head.id });
    expect(await ledger.openOrJoin(many, at(10))).toEqual({ did: "already-there", id: head.id });
    expect((await seen(ledger, head.id)).head.inbox).toBe(40);
  });

  it("of one incident it names so many and no more, with room for their ends, and no flood lets it grow", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith([alert("a")]));
    for (let delivery = 0; delivery < 26; delivery++) await ledger.openOrJoin(openingWith(alertsOf(`b${delivery}`, 20)), at(9));
    expect((await seen(ledger, head.id)).head.inbox).toBe(500);
    expect(await ledger.openOrJoin(openingWith(alertsOf("c", 20)), at(10))).toEqual({ did: "already-there", id: head.id });
    expect(await ledger.openOrJoin(openingWith(alertsOf("b0", 20, { ends: at(60) })), at(61))).toEqual({ did: "joined", id: head.id });
    for (let end = 0; end < 30; end++)
      await ledger.openOrJoin(openingWith(alertsOf("b1", 20, { startsAt: at(end), ends: at(60) })), at(62));
    expect((await seen(ledger, head.id)).head.inbox).toBe(1000);
  });

  it("an alert of another origin is another alert, though its fingerprint be the same", async () => {
    const ledger = await ledgerOf(make);
    const { head } = await opened(ledger, openingWith([alert("a")]));
    const other = { ...alert("a"), from: "manual" } as const;
    expect(await ledger.openOrJoin(openingWith([other]), at(9))).toEqual({ did: "joined", id: head.id });
    expect((await seen(ledger, head.id)).inbox).toEqual([other]);
  });
}
