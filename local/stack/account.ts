import { LambdaClient } from "@aws-sdk/client-lambda";
import { type Account, elements, formAction } from "../../adapters/sigv4/actions.ts";
import { UsageError } from "../commands/mistakes.ts";

/** How the clients ask: a person waits, so few times and not for long. */
export const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** The region that was named, else that of the environment or the profile. Throws `UsageError` where there is none. */
export async function accountIn(region: string | undefined): Promise<Account> {
  const { config } = new LambdaClient({ ...patience, ...(region ? { region } : {}) });
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return { region: await regionOf(config), credentials: () => config.credentials(), ...(endpoint ? { endpoint } : {}) };
}

async function regionOf(config: LambdaClient["config"]): Promise<string> {
  try {
    return await config.region();
  } catch {
    throw new UsageError("say in which region the stack is: --region, AWS_REGION, or the profile's");
  }
}

/** Who asks, as AWS knows them: an ARN. Nobody needs a right for it. */
export async function callerOf(account: Account): Promise<string> {
  const { text } = await formAction(account, "sts", { Action: "GetCallerIdentity", Version: "2011-06-15" });
  const [arn] = elements(text, "Arn");
  if (!arn) throw new Error("STS does not say who asks");
  return arn;
}
