import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { openDynamoLedger, patience } from "../../adapters/ledger/dynamodb/open.ts";
import { thawPolicy } from "../../adapters/policy/frozen.ts";
import { machinesBy } from "../../adapters/starter/machines.ts";
import { sfnStarter } from "../../adapters/starter/sfn.ts";
import { sfnWaker } from "../../adapters/starter/waker.ts";
import { environment, type Variable } from "../contract.ts";
import { archive } from "../wiring/archive.ts";
import { clock, log } from "../wiring/common.ts";
import { ingest, type Ports } from "./handler.ts";
import * as queue from "./queue.ts";

/** What API Gateway sends (payload 2.0), with what the authorizer found out. */
export interface Event {
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: { readonly authorizer?: { readonly lambda?: { readonly token?: unknown; readonly clusters?: unknown } | null } };
}
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let ports: Ports | undefined;

/** Without the authorizer's word the sender may speak for no cluster at all: a route that lost its authorizer lets nothing in. */
export async function handler({ body = "", isBase64Encoded = false, requestContext }: Event): Promise<Response> {
  const { token, clusters } = requestContext.authorizer?.lambda ?? {};
  const sender = { name: String(token ?? "none"), clusters: typeof clusters === "string" && clusters !== "" ? clusters.split(",") : [] };
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  try {
    const reply = await ingest({ body: text, source: "alertmanager", sender }, wired());
    return { statusCode: reply.status, headers: reply.headers, body: JSON.stringify(reply.body) };
  } catch (error) {
    wired().log({ level: "error", message: `a request failed: ${error instanceof Error ? error.stack : String(error)}` });
    return { statusCode: 500, headers: { "content-type": "application/json" }, body: '{"error":"this failed here: send it again"}' };
  }
}

/** The function behind the queue. */
export const queued = (event: queue.Event): Promise<queue.Left> => queue.take(event, wired());

function wired(): Ports {
  ports ??= connect();
  return ports;
}

function connect(): Ports {
  const client = new SFNClient(patience);
  const tables = { records: env(environment.records), state: env(environment.state), people: env(environment.people) };
  const ledger = openDynamoLedger({ client: new DynamoDBClient(patience), tables, random: randomUUID });
  const policy = thawPolicy(readFileSync(env(environment.policy), "utf8"));
  return {
    ledger,
    archive: archive(),
    starter: sfnStarter({ client, machineOf: machinesBy(env(environment.workflow), policy), ledger }),
    waker: sfnWaker(client),
    policy,
    clock,
    log,
  };
}

function env(name: Variable): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
