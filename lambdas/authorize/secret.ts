import { askJson, type Caller } from "../../adapters/sigv4/json.ts";

export interface Place extends Caller {
  /** Name or ARN of the secret. */
  readonly secret: string;
}

/** The text of a secret of AWS Secrets Manager. Throws when there is none, with the error's name and nothing of the answer. */
export async function readSecret({ secret, ...caller }: Place): Promise<string> {
  const { ok, status, error, value } = await askJson("secretsmanager", "secretsmanager.GetSecretValue", { SecretId: secret }, caller);
  const text = typeof value === "object" && value !== null && "SecretString" in value ? value.SecretString : undefined;
  if (!ok || typeof text !== "string") throw new Error(`the secret with the tokens cannot be read: ${status} ${error}`);
  return text;
}
