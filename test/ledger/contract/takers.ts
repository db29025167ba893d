import { expect, it } from "vitest";
import type { EntryOf, LedgerRecord, LedgerView } from "../../../kernel/types/index.ts";
import { allowWrites, appended, at, opened, openingOf, outcome, seen, take } from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

const intents = (view: LedgerView) => view.story.filter((record): record is LedgerRecord<EntryOf<"intent">> => record.type === "intent");

export function takers(make: Make): void {
  it("gives one permit to 20 takers of one incident", async () => {
    const bench = await benchOf(make);
    await allowWrites(bench.open());
    const view = await opened(bench.open(), openingOf("web"));
    const did = await Promise.all(Array.from({ length: 20 }, () => take(bench.open(), view, at(1))));
    expect(did.filter((each) => each !== "conflict")).toHaveLength(1);
    const after = await seen(bench.open(), view.head.id);
    expect(intents(after)).toHaveLength(1);
    expect(after.cluster.changes).toHaveLength(1);
  });

  it("gives one permit to 20 incidents of one cluster", async () => {
    const bench = await benchOf(make);
    await allowWrites(bench.open());
    const views = await Promise.all(Array.from({ length: 20 }, (_, n) => opened(bench.open(), openingOf(`web-${n}`))));
    const did = await Promise.all(views.map((view) => take(bench.open(), view, at(1))));
    expect(did.filter((each) => each !== "conflict")).toHaveLength(1);
    const after = await Promise.all(views.map(({ head }) => seen(bench.open(), head.id)));
    expect(after.flatMap(intents)).toHaveLength(1);
    expect(after.flatMap(intents)[0]?.incidentId).toBe((await bench.open().cluster("prod")).lease?.holder);
  });

  it("gives the permit though the answer was lost, for one intent", async () => {
    const bench = await benchOf(make);
    await allowWrites(bench.open());
    const view = await opened(bench.open(), openingOf("web"));
    let lost = 0;
    const permit = await take(bench.open({ lose: () => lost++ < 40 }), view, at(1));
    expect(lost).toBeGreaterThan(0);
    const [intent, ...others] = intents(await seen(bench.open(), view.head.id));
    expect(others).toEqual([]);
    expect(permit).toMatchObject({ intent: intent?.hash });
  });

  it("does not take another's equal intent for its own", async () => {
    const bench = await benchOf(make);
    await allowWrites(bench.open());
    const view = await opened(bench.open(), openingOf("web"));
    await take(bench.open(), view, at(1));
    expect(await take(bench.open({ lose: () => true }), view, at(1))).toBe("conflict");
  });

  it("gives the permit of an intent without a known outcome once more, for reconciling", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const id = (await opened(ledger, openingOf("web"))).head.id;
    const permit = await take(ledger, await seen(ledger, id), at(1));
    const view = await seen(ledger, id);
    const [intent] = intents(view);
    if (intent === undefined) throw new Error("no intent");
    expect(ledger.permitOf(view, intent)).toEqual(permit);
    const unknown = await appended(ledger, view, outcome(intent.hash, "unknown"));
    expect(ledger.permitOf(unknown, intent)).toEqual(permit);
    const known = await appended(ledger, unknown, outcome(intent.hash, "applied"));
    expect(() => ledger.permitOf(known, intent)).toThrow(TypeError);
    const strange = await opened(ledger, openingOf("api"));
    expect(() => ledger.permitOf(strange, intent)).toThrow(TypeError);
  });
}
