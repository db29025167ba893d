import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { sha256 } from "../../../kernel/digest.ts";
import { Unreachable } from "../../../kernel/ports.ts";
import type { Some } from "../../../kernel/types/index.ts";
import { pause } from "../commit.ts";
import type { Item, Key, Store, Write } from "../store.ts";
import { asUnreachable, refusedBy } from "./errors.ts";
import { attribute, itemOf, keyAttributes } from "./marshal.ts";
import { transactItem } from "./requests.ts";
import { type TableNames, tableOf } from "./tables.ts";

/** A transaction that met another is cancelled, and the SDK does not send it again. Two that only check the same switch meet, too. */
const meetings = 8;
/** What DynamoDB takes as a token. */
const tokenLength = 36;

export function dynamoStore(client: DynamoDBClient, tables: TableNames): Store {
  const get = async (table: string, key: Key) => {
    const { Item } = await sent(client.send(new GetItemCommand({ TableName: table, Key: keyAttributes(key), ConsistentRead: true })));
    return Item && itemOf(Item).fields;
  };

  const query = async (table: string, pk: string, range: string, values: Readonly<Record<string, string>>): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let from: QueryCommandInput["ExclusiveStartKey"];
    do {
      const page = await sent(
        client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: `pk = :pk AND ${range}`,
            ExpressionAttributeValues: Object.fromEntries(
              Object.entries({ ":pk": pk, ...values }).map(([name, v]) => [name, attribute(v)]),
            ),
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        ),
      );
      items.push(...(page.Items ?? []).map(itemOf));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  };

  const transact = async (writes: Some<Write>, token: string): Promise<readonly number[]> => {
    const TransactItems = writes.map((write) => transactItem(write, tables));
    for (let meeting = 0; meeting < meetings; meeting++) {
      // A cancelled transaction was not done, so the next one is another; a lost one keeps its token, in the SDK and in our callers.
      const ClientRequestToken = sha256(`${token}.${meeting}`).slice(0, tokenLength);
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
        return [];
      } catch (error) {
        const refused = refusedBy(error);
        if (refused === undefined) throw asUnreachable(error);
        if (refused.length > 0) return refused;
      }
      await pause(meeting);
    }
    throw new Unreachable("DynamoDB cancelled the transaction each time: too many writers at once");
  };

  return {
    get: (key) => get(tableOf(key, tables), key),
    list: (pk, from, to) => query(tableOf({ pk }, tables), pk, "sk BETWEEN :from AND :to", { ":from": from, ":to": to }),
    record: (key) => get(tables.records, key),
    records: (pk, last) => query(tables.records, pk, "sk <= :last", { ":last": last }),
    transact,
  };
}

async function sent<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw asUnreachable(error);
  }
}
