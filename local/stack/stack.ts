import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Account, elements, formAction } from "../../adapters/sigv4/actions.ts";
import { environment, type Variable } from "../../lambdas/contract.ts";
import { functionName } from "../../lib/function-name.ts";
import { UsageError } from "../commands/mistakes.ts";
import { accountIn, callerOf, patience } from "./account.ts";
import { faultOf } from "./faults.ts";

/** A deployed stack, from outside. What it is asked is kept, so that each is asked once. */
export interface Stack {
  readonly name: string;
  readonly account: Account;
  /** A variable of Decide, which has to do with everything that the commands look at. */
  variable(of: keyof typeof environment): Promise<string>;
  /** One of the stack's outputs. Rejects with `UsageError` where the stack is of a version that had none. */
  output(name: string): Promise<string>;
  /** The clusters of the policy as deployed. */
  clusters(): Promise<readonly string[]>;
  /** From which of the policy's networks a cluster is gone to; undefined for one that is reached from outside. */
  networkOf(cluster: string): Promise<string | undefined>;
  /** `timing.pauseSeconds` of the policy as deployed; undefined where that may not be read, or the stack is of a version that does not say it. */
  pauseSeconds(): Promise<number | undefined>;
  /** The caller's ARN. */
  who(): Promise<string>;
}

/** Rejects with `UsageError` or `CannotTell` for whatever AWS says to `use`. */
export async function withStack<T>(name: string, region: string | undefined, use: (stack: Stack) => Promise<T>): Promise<T> {
  const account = await accountIn(region);
  try {
    return await use(stackOf(name, account));
  } catch (error) {
    throw faultOf(error, account.region);
  }
}

function stackOf(name: string, account: Account): Stack {
  const variables = once(() => variablesOf(name, account));
  const outputs = once(() => outputsOf(name, account));
  const places = async () => placesIn((await outputs()).Clusters);
  const output = async (of: string) => {
    const value = (await outputs())[of];
    if (value === undefined) throw new UsageError(`the stack ${name} has no output ${of}: deploy it anew`);
    return value;
  };
  return {
    name,
    account,
    variable: async (of) => {
      const value = (await variables())[environment[of]];
      if (!value)
        throw new UsageError(`${functionName(name, "Decide")} has no variable ${environment[of]}: is ${name} a stack of remediator?`);
      return value;
    },
    output,
    clusters: async () => [...(await places()).keys()],
    networkOf: async (cluster) => (await places()).get(cluster),
    pauseSeconds: async () => {
      const { PauseSeconds } = await outputs().catch((): Readonly<Record<string, string>> => ({}));
      return PauseSeconds === undefined ? undefined : Number(PauseSeconds);
    },
    who: once(() => callerOf(account)),
  };
}

/** `prod,inner@network`: each cluster, and its network where it has one. */
function placesIn(output: string | undefined): ReadonlyMap<string, string | undefined> {
  const all = output?.split(",") ?? [];
  return new Map(
    all.map((one) => {
      const [cluster = "", network] = one.split("@");
      return [cluster, network];
    }),
  );
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

async function variablesOf(name: string, account: Account): Promise<Readonly<Partial<Record<Variable, string>>>> {
  const client = new LambdaClient({ ...patience, region: account.region });
  try {
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName(name, "Decide") }));
    return Environment?.Variables ?? {};
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") throw noSuchStack(name, account);
    throw error;
  } finally {
    client.destroy();
  }
}

async function outputsOf(name: string, account: Account): Promise<Readonly<Record<string, string>>> {
  try {
    const { text } = await formAction(account, "cloudformation", { Action: "DescribeStacks", Version: "2010-05-15", StackName: name });
    const values = elements(text, "OutputValue");
    return Object.fromEntries(elements(text, "OutputKey").map((key, at) => [key, values[at] ?? ""]));
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") throw noSuchStack(name, account);
    throw error;
  }
}

const noSuchStack = (name: string, { region }: Account) =>
  new UsageError(`there is no stack ${name} in ${region} of this account: --stack and --region say which, and AWS_PROFILE whose`);
