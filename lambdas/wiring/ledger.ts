import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openDynamoLedger, patience } from "../../adapters/ledger/dynamodb/open.ts";
import type { Ledger } from "../../kernel/ports.ts";
import { environment } from "../contract.ts";
import { env, once } from "./env.ts";

export const ledger = once(
  (): Ledger =>
    openDynamoLedger({
      client: new DynamoDBClient(patience),
      tables: { records: env(environment.records), state: env(environment.state), people: env(environment.people) },
      random: randomUUID,
    }),
);
