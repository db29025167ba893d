import type { Fields, Item, Key, Write } from "../../adapters/ledger/store.ts";

/** What DynamoDB counts: a read unit is 4 KB read strongly consistent, a write unit 1 KB written (its developer guide, "Read and write operations"). */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** Of an item with its keys (developer guide, "Item sizes and formats"). */
export const sizeOf = ({ key, fields }: Item): number =>
  Object.entries({ ...key, ...fields }).reduce((bytes, [name, value]) => bytes + Buffer.byteLength(name) + valueSize(value), 0);

/** A number takes a byte for two digits, and one. */
function valueSize(value: Fields[string]): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "boolean") return 1;
  return Math.ceil(String(value).replace(/\D/g, "").length / 2) + 1;
}

const units = (bytes: number, unit: number): number => Math.max(1, Math.ceil(bytes / unit));

/** Of a get (nothing there is a unit, too), or of a query: what is read together is rounded up together. */
export const readUnits = (items: readonly Item[]): number =>
  units(
    items.reduce((bytes, item) => bytes + sizeOf(item), 0),
    4096,
  );

/** Of a transaction: each of its items is prepared and committed, checked ones too. What is larger counts, what was there or what comes. */
export async function writeUnits(writes: readonly Write[], there: (key: Key) => Promise<Fields | undefined>): Promise<number> {
  const each = writes.map(async (write) => {
    const { key } = write;
    const before = write.do === "record" ? undefined : await there(key);
    const after = write.do === "check" || write.do === "remove" ? undefined : { ...(write.do === "update" ? before : {}), ...write.fields };
    const sizes = [before, after].map((fields) => (fields ? sizeOf({ key, fields }) : 0));
    return 2 * units(Math.max(...sizes), 1024);
  });
  return (await Promise.all(each)).reduce((sum, one) => sum + one, 0);
}
