import { request } from "node:https";
import { text } from "node:stream/consumers";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../../adapters/eks/token.ts";
import { Sha256 } from "../../../adapters/sigv4/sha256.ts";
import { emulated } from "../../support/ministack.ts";

export interface Request {
  readonly method?: "GET" | "POST";
  /** By which the emulator tells what is meant, where that is not its own address. */
  readonly host?: string;
  /** With the query, if there is one. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
/** Longer than the HTTP API waits for a function. */
export const patienceMs = 35_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request to the emulator as it is, with a `Host` of one's own. */
export function send(endpoint: string, { method = "POST", host, path = "/", headers = {}, body = "" }: Request): Promise<Answer> {
  const { hostname, port } = new URL(endpoint);
  const named = { ...headers, host: host ?? `${hostname}:${port}` };
  // The certificate is that of the emulator's address, whatever host is asked for.
  const signal = AbortSignal.timeout(patienceMs);
  const options = { hostname, port, method, path, headers: named, checkServerIdentity: () => undefined, signal };
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      const status = answer.statusCode ?? 0;
      text(answer).then((said) => resolve({ status, text: said }), reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** The same, signed for a service. Without credentials as the account's root. */
export async function sendSigned(
  endpoint: string,
  service: string,
  asked: Request,
  credentials: Credentials = emulated.credentials,
): Promise<Answer> {
  const { method = "POST", path = "/", headers = {}, body = "" } = asked;
  const { hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({ service, region: emulated.region, credentials, sha256: Sha256 });
  const host = asked.host ?? `${hostname}:${port}`;
  const signed = await signer.sign({ method, protocol: "https:", hostname: host, path, query: {}, headers: { ...headers, host }, body });
  return send(endpoint, { ...asked, headers: signed.headers });
}

/** An action of a service that takes JSON 1.1, such as `Logs_20140328.FilterLogEvents`. */
export async function json<T>(endpoint: string, service: string, target: string, input: unknown): Promise<T> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const { status, text } = await sendSigned(endpoint, service, { headers, body: JSON.stringify(input) });
  if (status !== 200) throw new Error(`${target}: ${status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** An action of a service that takes a form and answers in XML. */
export async function form(endpoint: string, service: string, input: Readonly<Record<string, string>>): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const { status, text } = await sendSigned(endpoint, service, { headers, body: new URLSearchParams(input).toString() });
  if (status !== 200) throw new Error(`${input.Action}: ${status} ${text.slice(0, 500)}`);
  return text;
}

/** The texts of all elements of a name, in order. */
export const elements = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text = ""]) => text);
