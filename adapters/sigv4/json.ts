import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "./sha256.ts";

/** Who asks, and where the service is. */
export interface Caller {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** If the service is not in its usual place. */
  readonly endpoint?: string;
}
/** `error`: the name of what went wrong, such as `AccessDeniedException`. Its message may name things, so it stays out. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly error: string;
  readonly value: unknown;
}

const timeoutMs = 3000;

/** One signed request to a service of AWS that speaks JSON 1.1: where that is all, a whole client would be ten times its function. */
export async function askJson(service: string, target: string, input: unknown, { region, credentials, endpoint }: Caller): Promise<Answer> {
  const { protocol, hostname, port, host } = new URL(endpoint ?? `https://${service}.${region}.amazonaws.com`);
  const body = JSON.stringify(input);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method: "POST",
    protocol,
    hostname,
    ...(port ? { port: Number(port) } : {}),
    path: "/",
    query: {},
    headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body,
  });
  const { host: _, ...headers } = signed.headers; // fetch says it by itself
  const answer = await fetch(`${protocol}//${host}/`, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
  const value = parsed(await answer.text());
  return { ok: answer.ok, status: answer.status, error: errorOf(value), value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const errorOf = (answer: unknown): string =>
  typeof answer === "object" && answer !== null && "__type" in answer ? String(answer.__type).replace(/^.*#/, "").slice(0, 60) : "";
