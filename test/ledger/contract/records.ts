import { expect, it } from "vitest";
import { verify } from "../../../kernel/story.ts";
import type { Entry } from "../../../kernel/types/index.ts";
import {
  alert,
  appended,
  asked,
  at,
  closed,
  faulted,
  intentFor,
  leased,
  opened,
  opening,
  openingOf,
  seen,
} from "../../support/ledger-values.ts";
import { benchOf, ledgerOf, type Make } from "./bench.ts";

export function records(make: Make): void {
  it("appends several entries in one step, numbered and chained", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const after = await ledger.append(view, [faulted("one"), asked(9), faulted("two")], "Decide", at(4));
    if (after === "conflict") throw new Error(after);
    expect(after.story.map(({ seq, type, by, written }) => [seq, type, by, written]).slice(1)).toEqual([
      [2, "faulted", "Decide", at(4)],
      [3, "asked", "Decide", at(4)],
      [4, "faulted", "Decide", at(4)],
    ]);
    expect(verify(after.story)).toEqual({ whole: true });
    expect(after).toEqual(await seen(ledger, view.head.id));
  });

  it("keeps an entry as it was given, whatever is in it", async () => {
    const ledger = await ledgerOf(make);
    const odd = ["", "\u0000", "\ud800 alone", "👩‍🚒", "'; DROP TABLE records; --", "#pk :pk", '{"a":1}', "\u2028"];
    const entries = odd.map(faulted) as [Entry, ...Entry[]];
    const id = (await appended(ledger, await opened(ledger, openingOf("web")), ...entries)).head.id;
    const { story } = await seen(ledger, id);
    expect(story.slice(1)).toMatchObject(entries);
    expect(verify(story)).toEqual({ whole: true });
  });

  it("appends only behind what was seen", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const after = await appended(ledger, view, faulted("mine"));
    expect(await ledger.append(view, [faulted("late")], "Decide", at(2))).toBe("conflict");
    expect(await seen(ledger, view.head.id)).toEqual(after);
  });

  it("lets one of 20 append at the same place", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingOf("web"));
    const did = await Promise.all(
      Array.from({ length: 20 }, () => bench.open().append(view, [faulted("equal"), asked(5)], "Decide", at(1))),
    );
    expect(did.filter((each) => each !== "conflict")).toHaveLength(1);
    expect((await seen(bench.open(), view.head.id)).story).toHaveLength(3);
  });

  it("is not disturbed by alerts that join meanwhile, and leaves them alone", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, opening([alert("a")]));
    await ledger.openOrJoin(opening([alert("b")]), at(2));
    await appended(ledger, view, faulted("one"));
    await ledger.openOrJoin(opening([alert("c")]), at(3));
    const after = await seen(ledger, view.head.id);
    expect(after.inbox.map(({ fingerprint }) => fingerprint)).toEqual(["b", "c"]);
    expect(after.head).toMatchObject({ seq: 2, inbox: 2, run: 1 });
  });

  it("knows its own records though the answer was lost", async () => {
    const bench = await benchOf(make);
    const view = await opened(bench.open(), openingOf("web"));
    let lost = 0;
    const after = await bench.open({ lose: () => lost++ < 4 }).append(view, [faulted("one"), faulted("two")], "Decide", at(1));
    expect(lost).toBeGreaterThan(0);
    expect(after).toEqual(await seen(bench.open(), view.head.id));
    expect((await seen(bench.open(), view.head.id)).story).toHaveLength(3);
  });

  it("takes a story that is larger than any one answer of the store", async () => {
    const ledger = await ledgerOf(make);
    let view = await opened(ledger, openingOf("web"));
    for (let count = 0; count < 5; count++) view = await appended(ledger, view, faulted("x".repeat(300_000)));
    expect(await seen(ledger, view.head.id)).toEqual(view);
  });

  it("refuses a record that is too large for any of the stores, and says where it belongs", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const large = ledger.append(view, [faulted("x".repeat(400_000))], "Decide", at(1));
    await expect(large).rejects.toThrow(/record 2 \(faulted\) .* put it into the archive/);
    const many = Array.from({ length: 11 }, () => faulted("x".repeat(380_000))) as [Entry, ...Entry[]];
    await expect(ledger.append(view, many, "Decide", at(1))).rejects.toThrow(RangeError);
    expect(await seen(ledger, view.head.id)).toEqual(view);
  });

  it("has no way to an opening or an intent but their own transactions", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const intent = intentFor(leased(view.cluster, view.head.id, at(1)));
    const { incident } = view.story[0] as Extract<(typeof view.story)[0], { type: "opened" }>;
    await expect(ledger.append(view, [intent], "Decide", at(1))).rejects.toThrow(TypeError);
    await expect(ledger.append(view, [{ type: "opened", incident, bodies: [] }], "Decide", at(1))).rejects.toThrow(TypeError);
    await expect(ledger.append(view, [closed, faulted("late")], "Decide", at(1))).rejects.toThrow(TypeError);
    expect(await seen(ledger, view.head.id)).toEqual(view);
  });
}
