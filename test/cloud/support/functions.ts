import { DeleteFunctionConcurrencyCommand, InvokeCommand, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { capabilities } from "../../../lib/capabilities.ts";
import { functionName } from "../../../lib/function.ts";
import type { Clients } from "./clients.ts";
import { stack } from "./deployment.ts";

/** What a function answers that is called without input. */
export async function invoke({ lambda }: Pick<Clients, "lambda">, name: string): Promise<unknown> {
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: functionName(stack, name), Payload: "{}" }));
  const said = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError) throw new Error(`${name}: ${FunctionError} ${said}`);
  return JSON.parse(said) as unknown;
}

const writers = capabilities.map((capability) => ({ FunctionName: functionName(stack, capability) }));

/** From now on nothing that writes is started any more. */
export async function stopWriters({ lambda }: Pick<Clients, "lambda">): Promise<void> {
  for (const writer of writers) await lambda.send(new PutFunctionConcurrencyCommand({ ...writer, ReservedConcurrentExecutions: 0 }));
}
export async function resumeWriters({ lambda }: Pick<Clients, "lambda">): Promise<void> {
  for (const writer of writers) await lambda.send(new DeleteFunctionConcurrencyCommand(writer));
}
