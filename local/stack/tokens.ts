import { randomUUID } from "node:crypto";
import { type Account, jsonAction } from "../../adapters/sigv4/actions.ts";
import { readTokens, type Token } from "../../lambdas/authorize/tokens.ts";
import { CannotTell, UsageError } from "../commands/mistakes.ts";

/** The secret's list, and which version of it this is; none where it was never written. */
export interface Kept {
  readonly tokens: readonly Token[];
  readonly version: string | undefined;
}

const current = "AWSCURRENT";
/** Of a version that is written and not in force yet, as Secrets Manager's own rotation has it. */
const pending = "AWSPENDING";
/** Others change the list at the same moment: each of these begins with what they have made of it. */
const rounds = 5;

/** Throws `UsageError` where what stands there is no list of tokens. */
export async function tokensIn(secret: string, account: Account): Promise<Kept> {
  const got = await value(secret, account);
  if (got === undefined) return { tokens: [], version: undefined };
  try {
    return { tokens: readTokens(String(got.SecretString)), version: String(got.VersionId) };
  } catch (error) {
    throw new UsageError(`the secret ${secret}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function value(SecretId: string, account: Account): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return await jsonAction(account, "secretsmanager", "secretsmanager.GetSecretValue", { SecretId });
  } catch (error) {
    // Also of a secret that is there, and has no value yet.
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/**
 * Makes the change on whatever stands there at that moment: the new list is written beside the old one, and takes its place only if that is still the
 * one that was read. Rejects with what `change` throws; `CannotTell` where others were faster each time.
 */
export async function changeTokens(
  secret: string,
  account: Account,
  change: (tokens: readonly Token[]) => readonly Token[],
): Promise<void> {
  const ask = (action: string, input: object) =>
    jsonAction(account, "secretsmanager", `secretsmanager.${action}`, { SecretId: secret, ...input });
  for (let round = 1; round <= rounds; round++) {
    const { tokens, version } = await tokensIn(secret, account);
    const text = JSON.stringify(change(tokens));
    readTokens(text);
    const ClientRequestToken = randomUUID();
    await ask("PutSecretValue", { SecretString: text, ClientRequestToken, VersionStages: [pending] });
    const from = version === undefined ? {} : { RemoveFromVersionId: version };
    try {
      await ask("UpdateSecretVersionStage", { VersionStage: current, MoveToVersionId: ClientRequestToken, ...from });
      return;
    } catch (error) {
      const after = await tokensIn(secret, account);
      // An answer that was lost, or somebody who was faster.
      if (after.version === ClientRequestToken) return;
      if (after.version === version) throw error;
    }
  }
  throw new CannotTell("others change the senders at the same time: look with `token list`, and try again");
}
