import { expect, it } from "vitest";
import { incidentId } from "../../../kernel/ids.ts";
import { verify } from "../../../kernel/story.ts";
import type { Alert } from "../../../kernel/types/index.ts";
import { once } from "../../support/ledger-faults.ts";
import { alert, alertsOf, appended, at, closed, opened, openingOf, opening as openingWith, seen } from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

const names = (alerts: readonly Alert[]) => alerts.map(({ fingerprint, status }) => `${fingerprint} ${status}`);

export function opening(make: Make): void {
  it("opens an incident with its first record", async () => {
    const ledger = await ledgerOf(make);
    const what = openingOf("web");
    const view = await opened(ledger, what, at(3));
    const incident = {
      id: incidentId(what, 1),
      generation: 1,
      cluster: what.cluster,
      scenario: what.scenario,
      scope: what.scope,
      alerts: what.alerts,
      alertCount: 1,
      openedAt: at(3),
      policy: what.policy,
    };
    expect(view.story).toMatchObject([{ type: "opened", incident, bodies: [what.alerts[0].body], seq: 1, by: "ingest", written: at(3) }]);
    expect(verify(view.story)).toEqual({ whole: true });
    expect(view.head).toEqual({ id: incident.id, open: true, seq: 1, hash: view.story[0].hash, inbox: 0, run: 1 });
    expect(view.inbox).toEqual([]);
    expect(view.cluster).toEqual({ version: 0, fence: 0, changes: [], cooling: {}, failed: {} });
    expect(view.stops).toEqual({ all: { state: "missing" }, cluster: { state: "missing" } });
    expect(await ledger.open()).toEqual([incident]);
  });

  it("does not know an incident that nobody opened", async () => {
    expect(await (await ledgerOf(make)).view(incidentId(openingOf("web"), 1))).toBeUndefined();
  });

  it("takes the same delivery once", async () => {
    const ledger = await ledgerOf(make);
    const before = await opened(ledger, openingOf("web"));
    expect(await ledger.openOrJoin(openingOf("web"), at(5))).toEqual({ did: "already-there", id: before.head.id });
    expect(await seen(ledger, before.head.id)).toEqual(before);
  });

  it("opens nothing for alerts that have ended", async () => {
    const ledger = await ledgerOf(make);
    expect(await ledger.openOrJoin(openingWith([alert("a", { ends: at(60) })]), at(61))).toEqual({ did: "nothing-open" });
    expect(await ledger.open()).toEqual([]);
    const view = await opened(ledger, openingWith([alert("b", { ends: at(60) }), alert("c")]), at(62));
    expect(view.story[0]).toMatchObject({ incident: { alerts: [alert("c")], alertCount: 1 } });
  });

  it("keeps scopes, scenarios and clusters apart", async () => {
    const ledger = await ledgerOf(make);
    const ids = [
      (await opened(ledger, openingOf("web"))).head.id,
      (await opened(ledger, openingOf("api"))).head.id,
      (await opened(ledger, openingOf("web", { cluster: "stage" }))).head.id,
      (await opened(ledger, openingOf("web", { scenario: "agent-restarts" }))).head.id,
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it("opens once when 20 come at the same moment, and keeps what all of them bring", async () => {
    const bench = await benchOf(make);
    const did = await Promise.all(alertsOf("a", 20).map((one) => bench.open().openOrJoin(openingWith([one]), at(0))));
    expect(did.map((each) => each.did).sort()).toEqual([...Array.from({ length: 19 }, () => "joined"), "opened"]);
    const [incident, ...others] = await bench.open().open();
    if (incident === undefined) throw new Error("nothing is open");
    expect(others).toEqual([]);
    const view = await seen(bench.open(), incident.id);
    expect(names([...incident.alerts, ...view.inbox]).sort()).toEqual(names(alertsOf("a", 20)).sort());
  });

  it("opens the next generation once the one before is closed", async () => {
    const ledger = await ledgerOf(make);
    const first = await opened(ledger, openingOf("web"));
    expect(first.story[0]).not.toHaveProperty("incident.after");
    await ledger.append(first, [closed], "Decide", at(20));
    const second = await opened(ledger, openingOf("web"), at(30));
    expect(second.head.id).toBe(incidentId(openingOf("web"), 2));
    expect(second.story[0]).toMatchObject({ incident: { generation: 2, openedAt: at(30), after: at(20) } });
    expect((await seen(ledger, first.head.id)).head.open).toBe(false);
  });

  it("opens the next generation for an alert that comes while the incident closes", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingWith([alert("a")]));
    const closes = once(() => appended(bench.open(), view, closed));
    const did = await bench.open({ before: closes }).openOrJoin(openingWith([alert("b")]), at(1));
    expect(did).toEqual({ did: "opened", id: incidentId(openingWith([alert("b")]), 2) });
    expect((await seen(bench.open(), view.head.id)).inbox).toEqual([]);
  });

  it("does not open it for alerts that have ended by then", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingWith([alert("a")]));
    const closes = once(() => appended(bench.open(), view, closed));
    const late = openingWith([alert("a", { ends: at(1) })]);
    expect(await bench.open({ before: closes }).openOrJoin(late, at(1))).toEqual({ did: "nothing-open" });
  });

  it("does not close where an alert joins meanwhile", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingWith([alert("a")]));
    const joins = once(() => bench.open().openOrJoin(openingWith([alert("b")]), at(1)));
    expect(await bench.open({ before: joins }).append(view, [closed], "Decide", at(1))).toBe("conflict");
    expect(names((await seen(bench.open(), view.head.id)).inbox)).toEqual(["b firing"]);
  });

  it("joins what another opened meanwhile", async () => {
    const bench = await benchOf(make);
    const opens = once(() => opened(bench.open(), openingWith([alert("a")])));
    const did = await bench.open({ before: opens }).openOrJoin(openingWith([alert("b")]), at(1));
    expect(did).toEqual({ did: "joined", id: incidentId(openingWith([alert("b")]), 1) });
    expect(names((await seen(bench.open(), incidentId(openingWith([alert("b")]), 1))).inbox)).toEqual(["b firing"]);
  });

  it("knows its own opening though the answer was lost", async () => {
    const bench = await benchOf(make);
    let lost = 0;
    const first = await bench.open({ lose: () => lost++ < 4 }).openOrJoin(openingOf("web"), at(2));
    expect(first).toEqual({ did: "opened", id: incidentId(openingOf("web"), 1) });
    expect(lost).toBeGreaterThan(0);
    expect(await bench.open().open()).toHaveLength(1);
  });
}
