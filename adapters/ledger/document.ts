import { canonical } from "../../kernel/digest.ts";
import { limits } from "./store.ts";

/** A value as one field. Too large for an item is an error: evidence belongs in the archive, records hold its address. */
export function document(value: unknown, what: string): string {
  const text = canonical(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.itemBytes) {
    throw new RangeError(
      `${what} has ${bytes} bytes, and the ledger takes ${limits.itemBytes} in one item: put it into the archive and record its address`,
    );
  }
  return text;
}

/** The only way back: what stands there was written by `document`, and records are held to their hash chain. */
export function parse<T>(text: string | number | boolean | undefined, what: string): T {
  if (typeof text !== "string") throw new Error(`${what} is damaged: it has no document`);
  return JSON.parse(text) as T;
}
