import { expect } from "vitest";
import type { Ledger } from "../../kernel/ports.ts";
import { verify } from "../../kernel/story.ts";
import type { IncidentId, LedgerView, Sha256 } from "../../kernel/types/index.ts";
import { seen } from "./ledger-values.ts";

/** What happened, as those who did it were told. */
export interface Tally {
  readonly ids: Set<IncidentId>;
  permits: number;
}

/** Intents of a story that have no outcome there. */
export const unsettled = ({ story }: LedgerView): readonly Sha256[] =>
  story.flatMap((record) =>
    record.type === "intent" && !story.some((one) => one.type === "outcome" && one.intent === record.hash) ? [record.hash] : [],
  );

/** What is true of a ledger at any moment, whatever was done to it. */
export async function holds(ledger: Ledger, { ids, permits }: Tally): Promise<void> {
  const views = await Promise.all([...ids].map((id) => seen(ledger, id)));
  const fences: number[] = [];
  for (const { head, story, inbox } of views) {
    expect(verify(story)).toEqual({ whole: true });
    expect(story.map(({ seq }) => seq)).toEqual(story.map((_, index) => index + 1));
    expect(head).toMatchObject({ seq: story.length, hash: story.at(-1)?.hash, inbox: inbox.length });
    expect(story.filter(({ type }) => type === "closed")).toHaveLength(head.open ? 0 : 1);
    if (!head.open) expect(story.at(-1)?.type).toBe("closed");
    const receipts = inbox.map((one) => `${one.fingerprint} ${one.startsAt} ${one.status}`);
    expect(new Set(receipts).size).toBe(receipts.length);
    fences.push(...story.flatMap((record) => (record.type === "intent" ? [record.fence] : [])));
  }
  expect(fences).toHaveLength(permits);
  const open = views.filter(({ head }) => head.open);
  expect((await ledger.open()).map(({ id }) => id).sort()).toEqual(open.map(({ head }) => head.id).sort());
  const scopes = open.map(({ story: [first] }) => (first.type === "opened" ? JSON.stringify(first.incident.scope) : ""));
  expect(new Set(scopes).size).toBe(scopes.length);
  const { lease, fence, changes, pending } = await ledger.cluster("prod");
  expect(changes).toHaveLength(permits);
  expect(fence).toBe(Math.max(0, ...fences));
  // At most one write has no outcome, its incident is open, and the cluster says which it is.
  expect(views.flatMap(unsettled)).toEqual(pending ? [pending.intent] : []);
  if (pending) expect(open.map(({ head }) => head.id)).toContain(pending.incident);
  // A lease belongs to an incident that is open, and it alone wrote under that fence.
  if (lease) expect(open.map(({ head }) => head.id)).toContain(lease.holder);
  for (const { story } of views.filter(({ head }) => head.id !== lease?.holder)) {
    expect(story.some((record) => record.type === "intent" && record.fence === lease?.fence)).toBe(false);
  }
}
