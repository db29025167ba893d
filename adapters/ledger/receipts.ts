import { sha256 } from "../../kernel/digest.ts";
import type { Alert } from "../../kernel/types/index.ts";
import type { Fields } from "./store.ts";

/** How many alerts of one delivery stand in the ledger by name. Of the others it keeps the receipt; their body is in the archive. */
export const namedPerDelivery = 20;

/**
 * And how many of one incident: of its inbox so many places are for alerts that fire, and as many more for the ends of alerts that are named. What
 * comes above says nothing new about a fault that so many speak of; it leaves no receipt either, for an incident would grow without end.
 */
export const namedPerIncident = 500;

/** What came to an incident so far: receipts of all alerts, and which fingerprints stand there by name. */
export interface Seen {
  readonly receipts: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
}
export interface Sorted {
  /** At most `namedPerDelivery`, in the order in which they came. */
  readonly named: readonly Alert[];
  /** Written by their receipts only. */
  readonly counted: readonly Alert[];
}

/** How many receipts one item takes. What is above comes with the next write. */
export const receiptsPerItem = 30_000;

/** 60 bits: enough that two alerts of one incident do not meet. */
const length = 10;
const short = (parts: readonly string[]): string =>
  Buffer.from(sha256(JSON.stringify(parts)), "hex")
    .toString("base64url")
    .slice(0, length);
const receipt = ({ from, cluster, fingerprint, startsAt, status }: Alert): string => short([from, cluster, fingerprint, startsAt, status]);
const fingerprint = (alert: Alert): string => short([alert.from, alert.cluster, alert.fingerprint]);

/** Those that have not come before, each once. */
export function unseen(alerts: readonly Alert[], seen: Seen): readonly Alert[] {
  const fresh = new Map<string, Alert>();
  for (const alert of alerts) {
    const its = receipt(alert);
    if (!seen.receipts.has(its) && !fresh.has(its)) fresh.set(its, alert);
  }
  return [...fresh.values()];
}

/**
 * Which of them are named, where the inbox has `before`. The end of an alert that is named has the first place, for it changes what is still firing;
 * where there are more of these than fit, the rest comes with the next write, and nothing else until then. Neither, where the inbox is full.
 */
export function sorted(fresh: readonly Alert[], seen: Seen, before: number): Sorted {
  const room = (places: number) => Math.min(namedPerDelivery, Math.max(0, places - before));
  const forEnds = room(2 * namedPerIncident);
  const ends = fresh.filter((alert) => alert.status === "resolved" && seen.named.has(fingerprint(alert)));
  if (forEnds > 0 && ends.length > forEnds) return { named: ends.slice(0, forEnds), counted: [] };
  const others = fresh.filter((alert) => !ends.includes(alert)).slice(0, Math.max(0, room(namedPerIncident) - ends.length));
  const chosen = new Set([...ends.slice(0, forEnds), ...others]);
  if (chosen.size === 0) return { named: [], counted: [] };
  return {
    named: fresh.filter((alert) => chosen.has(alert)),
    counted: fresh.filter((alert) => !chosen.has(alert)).slice(0, receiptsPerItem),
  };
}

export const seenFields = (named: readonly Alert[], counted: readonly Alert[]): Fields => ({
  receipts: [...named, ...counted].map(receipt).join(""),
  named: [...new Set(named.map(fingerprint))].join(""),
});

export function seenOf(items: readonly { readonly fields: Fields }[]): Seen {
  const all = (field: "receipts" | "named") => new Set(items.flatMap(({ fields }) => String(fields[field] ?? "").match(/.{10}/g) ?? []));
  return { receipts: all("receipts"), named: all("named") };
}
