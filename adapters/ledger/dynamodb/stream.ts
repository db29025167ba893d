import type { Rejection } from "../../../kernel/ports.ts";
import type { LedgerRecord } from "../../../kernel/types/index.ts";
import { parse } from "../document.ts";
import { recordOf } from "../items.ts";
import { type Attributes, itemOf } from "./marshal.ts";

/** What happened to one item of Records, as DynamoDB's stream tells it (its API reference, "Record"). */
export interface Change {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: Attributes; readonly NewImage?: Attributes };
}

/** What was put into Records. */
export type Added = { readonly is: "record"; readonly record: LedgerRecord } | { readonly is: "rejection"; readonly rejection: Rejection };

/** Throws where the item is none that the ledger has written. */
export function addedBy({ dynamodb: { NewImage } }: Change): Added {
  if (!NewImage) throw new TypeError("the stream gives no image of the item");
  const { key, fields } = itemOf(NewImage);
  const what = `${key.pk} ${key.sk}`;
  return fields.type === "rejected"
    ? { is: "rejection", rejection: parse<Rejection>(fields.body, what) }
    : { is: "record", record: recordOf(fields, what) };
}

/** Names the item, for whoever looks for it. */
export function nameOf({ dynamodb: { Keys } }: Change): string {
  const { pk, sk } = itemOf(Keys).key;
  return `${pk} ${sk}`;
}
