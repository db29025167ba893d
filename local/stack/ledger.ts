import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ArchiveReading } from "../../adapters/archive/reading.ts";
import { openDynamoLedger } from "../../adapters/ledger/dynamodb/open.ts";
import { readDynamoLedger } from "../../adapters/ledger/dynamodb/reading.ts";
import type { TableNames } from "../../adapters/ledger/dynamodb/tables.ts";
import type { LedgerReading } from "../../adapters/ledger/reading.ts";
import type { Ledger } from "../../kernel/ports.ts";
import type { Who } from "../commands/data.ts";
import { patience } from "./account.ts";
import { archiveOf } from "./archive.ts";
import { type Stack, withStack } from "./stack.ts";

/** Where its tables are, as its functions have it. */
const tablesOf = async (stack: Stack): Promise<TableNames> => ({
  records: await stack.variable("records"),
  state: await stack.variable("state"),
  people: await stack.variable("people"),
});

/** A stack's ledger, as whoever types: what they may not do, AWS denies. */
export const withLedgerOf = <T>(name: string, region: string | undefined, use: (ledger: Ledger, who: Who) => Promise<T>): Promise<T> =>
  withStack(name, region, (stack) => ledgerOf(stack, use));

export async function ledgerOf<T>(stack: Stack, use: (ledger: Ledger, who: Who) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({ ...patience, region: stack.account.region });
  try {
    return await use(openDynamoLedger({ client, tables: await tablesOf(stack), random: randomUUID }), stack.who);
  } finally {
    client.destroy();
  }
}

export const withReadingOf = <T>(
  name: string,
  region: string | undefined,
  use: (ledger: LedgerReading, archive: ArchiveReading) => Promise<T>,
): Promise<T> => withStack(name, region, (stack) => readingOf(stack, (ledger) => use(ledger, archiveOf(stack))));

export async function readingOf<T>(stack: Stack, use: (ledger: LedgerReading) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({ ...patience, region: stack.account.region });
  const ledger = readDynamoLedger({ client, tables: await tablesOf(stack), clusters: stack.clusters });
  try {
    return await use(ledger);
  } finally {
    ledger.close();
  }
}
