import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Fields, Item, Key } from "../store.ts";

export type Attributes = Record<string, AttributeValue>;

/** Fields are text, numbers and flags: no more of DynamoDB's types is needed. */
export const attribute = (value: Fields[string]): AttributeValue =>
  typeof value === "string" ? { S: value } : typeof value === "number" ? { N: String(value) } : { BOOL: value };

export const attributes = (fields: Fields): Attributes =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, attribute(value)]));

export const keyAttributes = ({ pk, sk }: Key): Attributes => attributes({ pk, sk });

export function itemOf(stored: Attributes): Item {
  const { pk = "", sk = "", ...fields } = Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, plain(name, value)]));
  return { key: { pk: String(pk), sk: String(sk) }, fields };
}

function plain(name: string, { S, N, BOOL }: AttributeValue): Fields[string] {
  const value = S ?? (N === undefined ? BOOL : Number(N));
  if (value === undefined) throw new Error(`attribute '${name}' is neither text, number nor flag`);
  return value;
}
