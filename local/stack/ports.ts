import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { elements, formAction } from "../../adapters/sigv4/actions.ts";
import type { Probe, Seen } from "../../lambdas/doctor/handler.ts";
import { functionName } from "../../lib/function-name.ts";
import type { StackPorts } from "../commands/doctor/ports.ts";
import { patience } from "./account.ts";
import { readingOf } from "./ledger.ts";
import type { Stack } from "./stack.ts";
import { tokensIn } from "./tokens.ts";

/** A function that begins cold, and a cluster that answers slowly. */
const probeMs = 60_000;
const doorMs = 10_000;

/** The questions about a stack, asked of AWS. */
export function portsOf(stack: Stack): StackPorts {
  const { name, account, output } = stack;
  const { region } = account;
  const client = new LambdaClient({ ...patience, requestHandler: { ...patience.requestHandler, requestTimeout: probeMs }, region });
  const named = (id: string) => ({ FunctionName: functionName(name, id) });
  return {
    stack: name,
    region,
    who: stack.who,
    clusters: stack.clusters,
    networkOf: stack.networkOf,
    status: async () => {
      const { text } = await formAction(account, "cloudformation", { Action: "DescribeStacks", Version: "2010-05-15", StackName: name });
      return elements(text, "StackStatus")[0] ?? "of no status";
    },
    function: async (id) => {
      const { State = "of no state", Runtime = "no runtime" } = await client.send(new GetFunctionConfigurationCommand(named(id)));
      return { state: State, runtime: Runtime };
    },
    reserved: async (id) => (await client.send(new GetFunctionConcurrencyCommand(named(id)))).ReservedConcurrentExecutions,
    concurrency: async () => {
      const { AccountLimit } = await client.send(new GetAccountSettingsCommand());
      return { all: AccountLimit?.ConcurrentExecutions ?? 0, unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0 };
    },
    clocks: async () => {
      const { at } = await formAction(account, "sts", { Action: "GetCallerIdentity", Version: "2011-06-15" });
      if (at === undefined) throw new Error("AWS does not say what time it is");
      return { ours: Date.now(), theirs: at };
    },
    tokens: async () => (await tokensIn(await output("Tokens"), account)).tokens,
    door: async () => {
      const answer = await fetch(await output("Alerts"), {
        method: "POST",
        body: "{}",
        redirect: "manual",
        signal: AbortSignal.timeout(doorMs),
      });
      await answer.body?.cancel();
      return answer.status;
    },
    switchOf: (of) => readingOf(stack, ({ switchOf }) => switchOf(of)),
    topic: () => output("Tickets"),
    subscriptions: async () => {
      const sns = new SNSClient({ ...patience, region });
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: await output("Tickets") }));
      return Subscriptions.map(({ SubscriptionArn = "", Protocol = "" }) => ({
        confirmed: SubscriptionArn.startsWith("arn:"),
        protocol: Protocol,
      }));
    },
    authenticationMode: async ({ eks: cluster, region: there }) => {
      const eks = new EKSClient({ ...patience, region: there });
      const { cluster: found } = await eks.send(new DescribeClusterCommand({ name: cluster }));
      return found?.accessConfig?.authenticationMode ?? "unsaid";
    },
    probe: (id, probe) => invoked(client, functionName(name, id), probe),
  };
}

async function invoked(client: LambdaClient, FunctionName: string, probe: Probe): Promise<Seen> {
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(probe)) }));
  const said = JSON.parse(Buffer.from(answer.Payload ?? []).toString("utf8") || "null") as
    | (Seen & { readonly errorMessage?: unknown })
    | null;
  if (answer.FunctionError !== undefined || said === null || !("found" in said))
    throw new Error(`it failed: ${String(said?.errorMessage ?? answer.FunctionError ?? "it is of a version that knows no such question")}`);
  return said;
}
