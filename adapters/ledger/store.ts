import type { Some } from "../../kernel/types/index.ts";

/** An item's address: in every table, in both stores. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}
/** What an item holds. Flat, so that a condition can name any of it; documents are JSON text in one field. */
export type Fields = Readonly<Record<string, string | number | boolean>>;
export interface Item {
  readonly key: Key;
  readonly fields: Fields;
}

/** What must be true of the item for the transaction to happen: not there, or there with these values. */
export type When = "absent" | { readonly is: Fields };

/** One step of a transaction. An item occurs in at most one of them. */
export type Write =
  /** Into Records, where nothing may stand yet: the only write that Records knows. */
  | { readonly do: "record"; readonly key: Key; readonly fields: Fields }
  /** The whole item; without `when` whatever is there. */
  | { readonly do: "put"; readonly key: Key; readonly fields: Fields; readonly when?: When }
  /** These fields of an item that is there. */
  | { readonly do: "update"; readonly key: Key; readonly fields: Fields; readonly when: { readonly is: Fields } }
  | { readonly do: "check"; readonly key: Key; readonly when: When }
  | { readonly do: "remove"; readonly key: Key };

/**
 * The little that the ledger wants of a database. Reads are strongly consistent. Every method rejects with `Unreachable` when no answer came;
 * of a transaction it is then not known whether it happened.
 */
export interface Store {
  get(key: Key): Promise<Fields | undefined>;
  /** State items of a partition between two sort keys (both included), in order. */
  list(pk: string, from: string, to: string): Promise<readonly Item[]>;
  record(key: Key): Promise<Fields | undefined>;
  /** Records of a partition in order, up to and including the sort key `last`. */
  records(pk: string, last: string): Promise<readonly Item[]>;
  /** All or none. Gives the places of the steps whose condition did not hold: none means done. The same `token` is the same transaction. */
  transact(writes: Some<Write>, token: string): Promise<readonly number[]>;
}

/** Bounds that DynamoDB sets to an item (400 KB) and a transaction (4 MB, 100 items), less room for keys and names; SQLite keeps them too. */
export const limits = { itemBytes: 390_000, transactionBytes: 3_800_000, transactionItems: 90 } as const;
