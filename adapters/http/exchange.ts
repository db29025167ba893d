import { type ClientRequest, Agent as HttpAgent, request as http, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as https, type RequestOptions } from "node:https";

export type KeptAgent = HttpAgent | HttpsAgent;

/** What is idle for longer may be closed at the other end at any moment, and a function may have been frozen meanwhile. */
const idleMs = 4_000;

/** Keeps connections from one request to the next, with the certificates that `options` have. */
export function agentFor({ protocol }: URL, options: RequestOptions): KeptAgent {
  const kept = { keepAlive: true, timeout: idleMs };
  if (protocol === "http:") return new HttpAgent(kept);
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
  const tls = Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername });
  return new HttpsAgent({ ...kept, ...Object.fromEntries(tls.filter(([, value]) => value !== undefined)) });
}

export interface Message {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  /** As it is sent, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Sends one request once, and follows nothing. Resolves with the head of the answer; its body comes as it is read. */
export const exchange = (
  { protocol, hostname, port }: URL,
  { method, path, headers, body }: Message,
  { agent, auth, signal }: Pick<RequestOptions, "agent" | "auth" | "signal">,
  started: (request: ClientRequest) => void = () => {},
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = protocol === "http:" ? http : https;
    // An address of IPv6 is in brackets in a URL, and nowhere else.
    const host = hostname.replace(/^\[|\]$/g, "");
    const request = send({ host, port, method, path, headers, agent, auth, signal });
    started(request);
    request.once("response", resolve).on("error", reject).end(body);
  });
