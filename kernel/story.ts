import { digest } from "./digest.ts";
import type { Entry, IncidentId, Instant, LedgerRecord, Sha256, Some } from "./types/index.ts";

/** What stands before the first record. */
export const beginning = "0".repeat(64) as Sha256;

export interface Place {
  readonly incidentId: IncidentId;
  readonly seq: number;
  readonly prev: Sha256;
}
export interface Stamp {
  readonly written: Instant;
  readonly by: string;
  readonly nonce: string;
}

/** Gives an entry its number and its hash, which covers everything but itself. */
export function seal<E extends Entry>(entry: E, place: Place, stamp: Stamp): LedgerRecord<E> {
  const open = { ...entry, ...place, ...stamp };
  return { ...open, hash: digest(open) };
}

/** Seals several entries, one behind the other. */
export function sealAll(entries: Some<Entry>, after: Place, stamp: Stamp): Some<LedgerRecord> {
  const sealed: LedgerRecord[] = [];
  for (const entry of entries) {
    const last = sealed.at(-1);
    const place = last ? { incidentId: after.incidentId, seq: last.seq + 1, prev: last.hash } : after;
    sealed.push(seal(entry, place, { ...stamp, nonce: `${stamp.nonce}.${sealed.length}` }));
  }
  return sealed as unknown as Some<LedgerRecord>;
}

export type Chain = { readonly whole: true } | { readonly whole: false; readonly seq: number; readonly why: string };

/** Walks the chain from the first record: numbers without gaps, each hash right, each `prev` the hash before. */
export function verify(story: readonly LedgerRecord[]): Chain {
  let prev = beginning;
  for (const [index, record] of story.entries()) {
    const broken = (why: string): Chain => ({ whole: false, seq: index + 1, why });
    const { hash, ...open } = record;
    if (record.seq !== index + 1) return broken(`stands at ${index + 1} but calls itself ${record.seq}`);
    if (record.prev !== prev) return broken("does not follow the record before it");
    if (digest(open) !== hash) return broken("was changed after it was written");
    prev = hash;
  }
  return { whole: true };
}
