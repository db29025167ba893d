import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { Unreachable } from "../../../kernel/ports.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { pause } from "../commit.ts";
import { headKey } from "../keys.ts";
import { ledgerOver } from "../ledger.ts";
import type { LedgerReading, Stored } from "../reading.ts";
import { asUnreachable } from "./errors.ts";
import { type Attributes, itemOf } from "./marshal.ts";
import { dynamoStore } from "./store.ts";
import type { TableNames } from "./tables.ts";

export interface Reading {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  readonly clusters: () => Promise<readonly string[]>;
}

/** How often HEAD and records are read again, because a record was written between the two. */
const attempts = 10;

/**
 * The ledger in its tables, to look at. Only open incidents are listed: without a scan, which would read the tokens of executions too, nothing
 * names the closed ones. Each of them is found by its id.
 */
export function readDynamoLedger({ client, tables, clusters }: Reading): LedgerReading {
  const store = dynamoStore(client, tables);
  const { view, open, cluster, switchOf, rejections } = ledgerOver(store, () => "");
  const recordsOf = async (id: IncidentId): Promise<Stored["records"]> => {
    const records: Stored["records"][number][] = [];
    const query = {
      TableName: tables.records,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: id } },
    };
    try {
      for await (const { Items = [] } of paginateQuery({ client }, query)) records.push(...Items.map(textOf));
    } catch (error) {
      throw asUnreachable(error);
    }
    return records;
  };
  const stored = async (id: IncidentId): Promise<Stored> => {
    const headText = async () => {
      const fields = await store.get(headKey(id));
      return fields && JSON.stringify(fields);
    };
    let head = await headText();
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const records = await recordsOf(id);
      const now = await headText();
      if (now === head) return { records, head };
      head = now;
      await pause(attempt);
    }
    throw new Unreachable(`${id} is written to faster than it can be read`);
  };
  return {
    view,
    open,
    cluster,
    switchOf,
    rejections,
    lists: "open",
    ids: async () => (await open()).map(({ id }) => id).sort(),
    stored,
    clusters,
    close: () => client.destroy(),
  };
}

/** What is no item of ours is no JSON either: whoever checks says so. */
function textOf(item: Attributes): Stored["records"][number] {
  const sk = item.sk?.S ?? "";
  try {
    return { sk, fields: JSON.stringify(itemOf(item).fields) };
  } catch {
    return { sk, fields: "" };
  }
}
