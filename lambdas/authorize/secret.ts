import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../../adapters/sigv4/sha256.ts";

export interface Place {
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** Where Secrets Manager is, if not in its usual place. */
  readonly endpoint?: string;
}

const timeoutMs = 3000;

/**
 * The text of a secret of AWS Secrets Manager, by one signed request: the whole client would be ten times this function. Throws when there is
 * none, with the error's name and nothing of the answer.
 */
export async function readSecret({ secret, region, credentials, endpoint }: Place): Promise<string> {
  const { protocol, hostname, port, host } = new URL(endpoint ?? `https://secretsmanager.${region}.amazonaws.com`);
  const body = JSON.stringify({ SecretId: secret });
  const signer = new SignatureV4({ service: "secretsmanager", region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method: "POST",
    protocol,
    hostname,
    ...(port ? { port: Number(port) } : {}),
    path: "/",
    query: {},
    headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue" },
    body,
  });
  const { host: _, ...headers } = signed.headers; // fetch says it by itself
  const answer = await fetch(`${protocol}//${host}/`, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
  const value: unknown = await answer.json();
  const text = typeof value === "object" && value !== null && "SecretString" in value ? value.SecretString : undefined;
  if (!answer.ok || typeof text !== "string")
    throw new Error(`the secret with the tokens cannot be read: ${answer.status} ${errorOf(value)}`);
  return text;
}

/** Such as `AccessDeniedException`; its message may name things, so it stays out. */
const errorOf = (answer: unknown): string =>
  typeof answer === "object" && answer !== null && "__type" in answer ? String(answer.__type).replace(/^.*#/, "").slice(0, 60) : "";
