import type { Archive, Ledger, World, Writer } from "../ports.ts";
import type { Rules } from "../rules.ts";
import type { Capability, Entry, Instant, Kind, LedgerView, Policy, Remedy, Some } from "../types/index.ts";

export type Writers = { readonly [K in Kind]?: Writer<K> };

export interface Acting {
  readonly ledger: Ledger;
  readonly world: World;
  readonly archive: Archive;
  /** Of one capability only: a remedy of another finds no hands here. */
  readonly writers: Writers;
  readonly capability: Capability;
  readonly rules: Rules;
  readonly policy: Policy;
  readonly clock: () => Instant;
  /** Stands in the records: the function and its request. */
  readonly by: string;
}

/** The incident was moved on by someone else meanwhile: nothing was done here, and Decide looks again. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

export async function append(view: LedgerView, entries: Some<Entry>, on: Acting): Promise<LedgerView> {
  const next = await on.ledger.append(view, entries, on.by, on.clock());
  if (next === "conflict") throw new Overtaken("the incident moved on");
  return next;
}

/** The table's lookup loses the tie between kind and writer; the roster of writers holds it. */
export function writerFor(remedy: Remedy, { writers, capability }: Acting): Writer {
  const writer = writers[remedy.kind] as Writer | undefined;
  if (!writer) throw new TypeError(`${capability} has no hands for ${remedy.kind}`);
  return writer;
}
