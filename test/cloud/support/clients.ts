import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { bucketAt } from "../../../adapters/archive/bucket.ts";
import { s3Archive } from "../../../adapters/archive/s3.ts";
import { openDynamoLedger } from "../../../adapters/ledger/dynamodb/open.ts";
import type { Archive, Ledger } from "../../../kernel/ports.ts";
import { emulated, type Ministack } from "../../support/ministack.ts";
import type { Deployment } from "./deployment.ts";

/** Ways to what is deployed, as the account's root. */
export interface Clients {
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly lambda: LambdaClient;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
}

export function clientsOf({ endpoint }: Pick<Ministack, "endpoint">, { nameOf }: Pick<Deployment, "nameOf">): Clients {
  // More patient than in production: what is slow here is the emulator.
  const client = { ...emulated, endpoint, requestHandler: { requestTimeout: 20_000, throwOnRequestTimeout: true } };
  const tables = { records: nameOf("TablesRecords"), state: nameOf("TablesState"), people: nameOf("TablesPeople") };
  return {
    ledger: openDynamoLedger({ client: new DynamoDBClient(client), tables, random: randomUUID }),
    archive: s3Archive(bucketAt(nameOf("Archive"), () => ({ ...emulated, endpoint }))),
    lambda: new LambdaClient(client),
    sfn: new SFNClient(client),
    sns: new SNSClient(client),
  };
}
