import { sha256 } from "../../kernel/digest.ts";
import type { Alert } from "../../kernel/types/index.ts";
import type { Fields } from "./store.ts";

/** How many alerts of one delivery stand in the ledger by name. Of the others it keeps the receipt; their body is in the archive. */
export const namedPerDelivery = 20;

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
const receipt = ({ cluster, fingerprint, startsAt, status }: Alert): string => short([cluster, fingerprint, startsAt, status]);
const fingerprint = (alert: Alert): string => short([alert.cluster, alert.fingerprint]);

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
 * Which of them are named. The end of an alert that is named has the first place, for it changes what is still firing; where there are more
 * of these than fit, the rest comes with the next write, and nothing else until then.
 */
export function sorted(fresh: readonly Alert[], seen: Seen): Sorted {
  const ends = fresh.filter((alert) => alert.status === "resolved" && seen.named.has(fingerprint(alert)));
  if (ends.length > namedPerDelivery) return { named: ends.slice(0, namedPerDelivery), counted: [] };
  const others = fresh.filter((alert) => !ends.includes(alert)).slice(0, namedPerDelivery - ends.length);
  const chosen = new Set([...ends, ...others]);
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
