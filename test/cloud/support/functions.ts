import { InvokeCommand, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { contract as remediate } from "../../../lambdas/remediate/contract.ts";
import { functionName } from "../../../lib/function-name.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import type { Clients } from "./clients.ts";
import { stack } from "./deployment.ts";

/** What a function answers that is called without input. */
export async function invoke({ lambda }: Pick<Clients, "lambda">, name: string): Promise<unknown> {
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: functionName(stack, name), Payload: "{}" }));
  const said = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError) throw new Error(`${name}: ${FunctionError} ${said}`);
  return JSON.parse(said) as unknown;
}

/** Starts a function and does not wait for it. */
export async function kick({ lambda }: Pick<Clients, "lambda">, name: string): Promise<void> {
  await lambda.send(new InvokeCommand({ FunctionName: functionName(stack, name), InvocationType: "Event", Payload: "{}" }));
}

/** From now on so many of a function run at once, and no more are started. */
export async function atOnceAtMost({ lambda }: Pick<Clients, "lambda">, name: string, most: number): Promise<void> {
  const FunctionName = functionName(stack, name);
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: most }));
}

/** From now on nothing that writes is started any more. */
export async function stopWriters(stage: Pick<Clients, "lambda">): Promise<void> {
  for (const capability of capabilities) await atOnceAtMost(stage, capability, 0);
}
export async function resumeWriters(stage: Pick<Clients, "lambda">): Promise<void> {
  for (const capability of capabilities) await atOnceAtMost(stage, capability, remediate.concurrency);
}
