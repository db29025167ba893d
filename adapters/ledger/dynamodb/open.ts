import type { DynamoDBClient, DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { Ledger } from "../../../kernel/ports.ts";
import { ledgerOver, type Nonce } from "../ledger.ts";
import { dynamoStore } from "./store.ts";
import type { TableNames } from "./tables.ts";

/** How the client asks: four times with growing, random waits, each at most three seconds, so that an answer or `Unreachable` comes in time. */
export const patience = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const satisfies DynamoDBClientConfig;

/** The ledger in three DynamoDB tables, for any number of functions. Make the client with `patience`. */
export function openDynamoLedger(to: { readonly client: DynamoDBClient; readonly tables: TableNames; readonly random: Nonce }): Ledger {
  return ledgerOver(dynamoStore(to.client, to.tables), to.random);
}
