import { expect, it } from "vitest";
import { incidentId } from "../../../kernel/ids.ts";
import { seal } from "../../../kernel/story.ts";
import type { ClusterState, EntryOf, LedgerRecord, LedgerView } from "../../../kernel/types/index.ts";
import {
  allowWrites,
  answered,
  appended,
  at,
  faulted,
  intentFor,
  leased,
  opened,
  openingOf,
  remedy,
  seen,
  settled,
  take,
} from "../../support/ledger-values.ts";
import { ledgerOf, type Make } from "./bench.ts";

const intents = (view: LedgerView) => view.story.filter((record): record is LedgerRecord<EntryOf<"intent">> => record.type === "intent");

export function permits(make: Make): void {
  it("writes intent and cluster in one step, and gives leave for exactly that", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const view = await opened(ledger, openingOf("web"));
    const permit = await take(ledger, view, at(1));
    const after = await seen(ledger, view.head.id);
    const [intent] = intents(after);
    expect(intent).toMatchObject({ seq: 2, by: "EvictWorkload", written: at(1), remedy });
    expect(permit).toEqual({ remedy, intent: intent?.hash, writeBefore: intent?.writeBefore, incident: view.head.id });
    const pending = { incident: view.head.id, intent: intent?.hash, writeBefore: intent?.writeBefore };
    expect(after.cluster).toEqual({ ...leased(view.cluster, view.head.id, at(1)), pending });
  });

  it("gives none while a switch is on, or was never set", async () => {
    const ledger = await ledgerOf(make);
    const view = await opened(ledger, openingOf("web"));
    const on = { state: "on", by: "jo", since: at(0), why: "maintenance" } as const;
    const other = { cluster: "stage" };
    expect(await take(ledger, view, at(1))).toBe("stopped");
    await ledger.setSwitch("all", { state: "off" });
    expect(await take(ledger, view, at(1))).toBe("stopped");
    await ledger.setSwitch({ cluster: "prod" }, on);
    expect(await take(ledger, view, at(1))).toBe("stopped");
    await ledger.setSwitch({ cluster: "prod" }, { state: "off" });
    await ledger.setSwitch("all", on);
    expect(await take(ledger, view, at(1))).toBe("stopped");
    expect(await seen(ledger, view.head.id)).toMatchObject({ head: view.head, cluster: view.cluster });
    await ledger.setSwitch("all", { state: "off" });
    await ledger.setSwitch(other, on);
    expect(await take(ledger, view, at(1))).toMatchObject({ incident: view.head.id });
  });

  it("of a plan that a person has answered, gives leave for a yes only, as the person gave it", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const yes = await appended(ledger, await opened(ledger, openingOf("web")), answered(true));
    expect(await take(ledger, yes, at(2))).toMatchObject({ incident: yes.head.id });
    await settled(ledger, yes.head.id);
    const no = await appended(ledger, await opened(ledger, openingOf("api", { cluster: "stage" })), answered(false));
    await ledger.setSwitch({ cluster: "stage" }, { state: "off" });
    expect(await take(ledger, no, at(2))).toBe("unanswered");
    expect((await seen(ledger, no.head.id)).cluster).toEqual(no.cluster);
  });

  it("a record of an answer that no person gave is worth nothing, nor one that names an answer which was used", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    /** As one would stand there who may put records, and cannot speak for a person. */
    const forged = (view: LedgerView): LedgerView => {
      const place = { incidentId: view.head.id, seq: view.head.seq, prev: view.head.hash };
      const record = seal(answered(true), place, { written: at(1), by: "arn:aws:iam::1:user/alice", nonce: "n" });
      return { ...view, story: [...view.story, record] };
    };
    const view = await opened(ledger, openingOf("web"));
    expect(await take(ledger, forged(view), at(2))).toBe("unanswered");
    expect(await seen(ledger, view.head.id)).toMatchObject({ head: view.head, cluster: view.cluster });
    const approved = await appended(ledger, view, answered(true));
    await take(ledger, approved, at(2));
    const after = await settled(ledger, view.head.id);
    expect(await take(ledger, forged(after), at(3))).toBe("unanswered");
  });

  it("gives none on what is not so any more: story or cluster", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const view = await opened(ledger, openingOf("web"));
    await appended(ledger, view, faulted("meanwhile"));
    expect(await take(ledger, view, at(2))).toBe("conflict");
    const fresh = await seen(ledger, view.head.id);
    await ledger.setCluster("prod", fresh.cluster, { ...fresh.cluster, version: 1, failed: { "evict-pod": 1 } });
    expect(await take(ledger, fresh, at(2))).toBe("conflict");
    expect(intents(await seen(ledger, view.head.id))).toEqual([]);
    expect(await take(ledger, await seen(ledger, view.head.id), at(2))).toMatchObject({ incident: view.head.id });
  });

  it("gives none under another's lease, until that is over", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const [mine, other] = [await opened(ledger, openingOf("web")), await opened(ledger, openingOf("api"))];
    await take(ledger, other, at(1));
    await settled(ledger, other.head.id);
    expect(await take(ledger, await seen(ledger, mine.head.id), at(120))).toBe("conflict");
    expect(await take(ledger, await seen(ledger, mine.head.id), at(121))).toMatchObject({ incident: mine.head.id });
    expect((await ledger.cluster("prod")).lease).toMatchObject({ holder: mine.head.id, fence: 2 });
  });

  it("gives none to the child of a fold, but to its parent", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const [child, parent] = [await opened(ledger, openingOf("web")), await opened(ledger, openingOf("api"))];
    await ledger.setCluster("prod", child.cluster, { ...child.cluster, version: 1, parent: parent.head.id });
    expect(await take(ledger, child, at(1))).toBe("conflict");
    expect(await take(ledger, await seen(ledger, child.head.id), at(1))).toBe("conflict");
    expect(await take(ledger, await seen(ledger, parent.head.id), at(1))).toMatchObject({ incident: parent.head.id });
  });

  it("throws where intent, lease and next state do not belong together", async () => {
    const ledger = await ledgerOf(make);
    await allowWrites(ledger);
    const view = await opened(ledger, openingOf("web"));
    const next = leased(view.cluster, view.head.id, at(1));
    const intent = intentFor(next);
    const { lease: _none, ...unleased } = next;
    const wrong: readonly [ClusterState, typeof intent][] = [
      [{ ...next, version: 2 }, intent],
      [{ ...next, version: 0 }, intent],
      [unleased, intent],
      [leased(view.cluster, incidentId(openingOf("api"), 1), at(1)), intent],
      [
        { ...next, fence: 0, lease: { holder: view.head.id, fence: 0, until: at(121) } },
        { ...intent, fence: 0 },
      ],
      [next, { ...intent, fence: 2 }],
      [next, { ...intent, writeBefore: at(121) }],
      [{ ...next, parent: view.head.id }, intent],
    ];
    for (const [state, entry] of wrong) await expect(ledger.permit(view, entry, state, "EvictWorkload", at(1))).rejects.toThrow(TypeError);
    expect(await seen(ledger, view.head.id)).toMatchObject({ head: view.head, cluster: view.cluster });
  });
}
