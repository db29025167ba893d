import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { stopKey } from "../keys.ts";
import { asUnreachable } from "./errors.ts";
import { attributes, keyAttributes } from "./marshal.ts";

/** Puts a stop switch there, as off, unless there is one: in one request, so that one thrown at the same moment stays thrown. */
export async function provideSwitch(client: DynamoDBClient, table: string, of: "all" | { readonly cluster: string }): Promise<void> {
  const Item = { ...keyAttributes(stopKey(of)), ...attributes({ state: "off" }) };
  try {
    await client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw asUnreachable(error);
  }
}
