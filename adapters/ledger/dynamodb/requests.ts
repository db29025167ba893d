import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Fields, When, Write } from "../store.ts";
import { attribute, attributes, keyAttributes } from "./marshal.ts";
import { type TableNames, tableOf } from "./tables.ts";

/** A step as DynamoDB says it. On Records there is nothing but a Put of what is not there. */
export function transactItem(write: Write, tables: TableNames): TransactWriteItem {
  const { key } = write;
  const TableName = tableOf(key, tables);
  const whole = (fields: Fields) => ({ ...keyAttributes(key), ...attributes(fields) });
  switch (write.do) {
    case "record":
      return { Put: { TableName: tables.records, Item: whole(write.fields), ...condition("absent") } };
    case "put":
      return { Put: { TableName, Item: whole(write.fields), ...(write.when ? condition(write.when) : {}) } };
    case "update":
      return { Update: { TableName, Key: keyAttributes(key), ...update(write.fields, write.when) } };
    case "check":
      return { ConditionCheck: { TableName, Key: keyAttributes(key), ...condition(write.when) } };
    case "remove":
      return { Delete: { TableName, Key: keyAttributes(key) } };
  }
}

function update(fields: Fields, when: { readonly is: Fields }) {
  const set = equalities(fields, "f");
  const is = equalities(when.is, "w");
  return {
    UpdateExpression: `SET ${set.terms.join(", ")}`,
    ConditionExpression: is.terms.join(" AND "),
    ExpressionAttributeNames: { ...set.names, ...is.names },
    ExpressionAttributeValues: { ...set.values, ...is.values },
  };
}

function condition(when: When) {
  if (when === "absent") return { ConditionExpression: "attribute_not_exists(pk)" };
  const { terms, names, values } = equalities(when.is, "w");
  return { ConditionExpression: terms.join(" AND "), ExpressionAttributeNames: names, ExpressionAttributeValues: values };
}

/** `#f0 = :f0` and so on: names always by placeholder, for many of ours (state, open, hash) are reserved words. */
function equalities(fields: Fields, prefix: "f" | "w") {
  const entries = Object.entries(fields);
  return {
    terms: entries.map((_, at) => `#${prefix}${at} = :${prefix}${at}`),
    names: Object.fromEntries(entries.map(([name], at) => [`#${prefix}${at}`, name])),
    values: Object.fromEntries(entries.map(([, value], at) => [`:${prefix}${at}`, attribute(value)])),
  };
}
