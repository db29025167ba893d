import { setTimeout } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import { provideSwitch } from "../../adapters/ledger/dynamodb/switches.ts";
import { environment } from "../contract.ts";
import { log } from "../wiring/common.ts";
import { env, once } from "../wiring/env.ts";
import { type Change, provision } from "./handler.ts";

/** With what names the request, and where CloudFormation waits for the answer. */
export interface Event extends Change {
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}
interface Outcome {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
}

const client = once(() => new DynamoDBClient(patience));

/** Always answers: without an answer CloudFormation waits for as long as it was told to. */
export const handler = async (event: Event): Promise<void> => answer(event, await outcomeOf(event));

async function outcomeOf(event: Event): Promise<Outcome> {
  try {
    await provision(event, {
      provide: (reach) => provideSwitch(client(), env(environment.people), reach),
      pause: (seconds) => setTimeout(seconds * 1000),
    });
    log({ level: "info", message: "stop switches are there", request: event.RequestType });
    return { Status: "SUCCESS" };
  } catch (error) {
    const Reason = `the stop switches could not be set: ${error instanceof Error ? error.message : String(error)}`;
    log({ level: "error", message: Reason, request: event.RequestType });
    return { Status: "FAILED", Reason };
  }
}

/** The address is signed for a body without a type, so it goes as bytes. */
async function answer({ ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId }: Event, outcome: Outcome): Promise<void> {
  const body = { ...outcome, StackId, RequestId, LogicalResourceId, PhysicalResourceId: PhysicalResourceId ?? "stop-switches" };
  const { ok, status } = await fetch(ResponseURL, { method: "PUT", body: Buffer.from(JSON.stringify(body)) });
  if (!ok) throw new Error(`CloudFormation did not take the answer: ${status}`);
}
