import { CreateTableCommand, DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import { type TableDefinition, type TableNames, tables } from "../../adapters/ledger/dynamodb/tables.ts";
import type { Faults } from "./ledger-faults.ts";
import { emulated } from "./ministack.ts";

const isTransaction = (name: string | undefined): boolean => name === "TransactWriteItemsCommand";

/** A client of the emulator, as patient as in production. */
export const connect = (endpoint: string): DynamoDBClient => new DynamoDBClient({ ...emulated, ...patience, endpoint });

/** The ledger's tables, empty, as they are defined. */
export async function createTables(client: DynamoDBClient, suffix: string): Promise<TableNames> {
  const create = async (name: string, { partitionKey, sortKey, billing }: TableDefinition): Promise<string> => {
    const keys = [partitionKey, sortKey];
    await client.send(
      new CreateTableCommand({
        TableName: name,
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
        KeySchema: keys.map((key, place) => ({ AttributeName: key.name, KeyType: place === 0 ? "HASH" : "RANGE" })),
        BillingMode: billing,
      }),
    );
    return name;
  };
  return {
    records: await create(`Records-${suffix}`, tables.records),
    state: await create(`State-${suffix}`, tables.state),
    people: await create(`People-${suffix}`, tables.people),
  };
}

/** Loses answers where networks do: below the SDK's own retries, after DynamoDB has done it. */
export function faulty(client: DynamoDBClient, { before, lose }: Faults): DynamoDBClient {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (isTransaction(commandName)) await before?.();
        return next(args);
      },
    { step: "initialize" },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (!isTransaction(commandName) || !lose?.()) return answer;
        throw Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
      },
    { step: "deserialize", priority: "high" },
  );
  return client;
}

/** Cancels transactions in DynamoDB's place, for as long as `reasons` gives any: the emulator knows no conflicts and no throttling. */
export function cancelling(client: DynamoDBClient, reasons: () => readonly string[] | undefined): DynamoDBClient {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const codes = isTransaction(commandName) ? reasons() : undefined;
        if (codes === undefined) return next(args);
        const CancellationReasons = codes.map((Code) => ({ Code }));
        throw new TransactionCanceledException({ $metadata: {}, message: "cancelled", CancellationReasons });
      },
    { step: "finalizeRequest" },
  );
  return client;
}

/** Notes what is done to which table, as `<kind> <table>`, reads too. */
export function noting(client: DynamoDBClient, note: (what: string) => void): DynamoDBClient {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const input = args.input as {
          readonly TableName?: string;
          readonly TransactItems?: readonly Record<string, { TableName: string }>[];
        };
        if (input.TableName) note(`${commandName} ${input.TableName}`);
        for (const step of input.TransactItems ?? []) for (const [kind, to] of Object.entries(step)) note(`${kind} ${to.TableName}`);
        return next(args);
      },
    { step: "initialize" },
  );
  return client;
}
