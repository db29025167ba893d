import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { agentFor, exchange, type KeptAgent, type Message } from "../http/exchange.ts";
import { MiB } from "../world/reading.ts";
import { brokenBy, codeOf } from "../world/status.ts";

/** No answer came, or only a part of one: a read is unavailable, and of a write nobody knows what became of it. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}
/** It answered with more than is read at once: of a list, less may be asked for. */
export class TooLarge extends NoAnswer {}

/** Chunk by chunk, for answers that are cut while they come; leaving the loop early ends the request. */
export interface Answer {
  readonly status: number;
  /** Not let in, with credentials that have others behind them by now. */
  readonly again: boolean;
  /** The media type that it names, or nothing. */
  readonly type: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}
/** The only thing that a reader is given: it cannot send anything else. */
export interface Getter {
  get(path: string): Promise<Reply>;
  stream(path: string): Promise<Answer>;
}
export interface Change {
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly type: "application/json" | "application/merge-patch+json";
  readonly body: unknown;
}
/**
 * Sends each change exactly once: no redirects, no retries. A question that was not let in (401) is asked once more where the way has other credentials
 * by then. Every method rejects with `NoAnswer` only.
 */
export interface Connection extends Getter {
  send(change: Change): Promise<Reply>;
  close(): Promise<void>;
}

/** The way to an API server, and in. A kubeconfig of the client's is one (`config.ts`), and so is a token with a CA (`by-token.ts`). */
export interface Way {
  getCurrentCluster(): { readonly server: string; readonly proxyUrl?: string | undefined } | null;
  /** Asked before each request for what lets it in: headers, `auth`, certificates, and behind a proxy the agent. */
  applyToHTTPSOptions(options: RequestOptions): Promise<void>;
  /** Told of what it applied and was answered with 401: whether it would apply something else now. */
  refused?(options: RequestOptions): boolean;
}

const server = "the API server";
const largest = 64 * MiB;

/** Connections are kept from one request to the next, until the credentials are refused: rotated certificates are in the agent. */
export function connect(way: Way, timeoutSeconds: number): Connection {
  let kept: KeptAgent | undefined;
  const underWay = new Set<ClientRequest>();
  const started = (request: ClientRequest) => {
    underWay.add(request);
    request.once("close", () => underWay.delete(request));
  };

  const open = async (method: Message["method"], path: string, body?: string, type?: string): Promise<Answer> => {
    const { server: url = "", proxyUrl } = way.getCurrentCluster() ?? {};
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const options: RequestOptions = {};
    await within(signal, way.applyToHTTPSOptions(options));
    const address = new URL(url);
    const headers = {
      accept: "application/json, */*",
      "user-agent": "remediator",
      ...(options.headers as Record<string, string> | undefined),
      ...(type ? { "content-type": type } : {}),
    };
    kept ??= proxyUrl ? keeping(options.agent as KeptAgent) : agentFor(address, options);
    const agent = kept;
    const message = { method, path: `${address.pathname.replace(/\/+$/, "")}${path}`, headers, body };
    const reply = await inTime(signal, exchange(address, message, { ...options, agent, signal }, started));
    const refused = reply.statusCode === 401;
    if (refused && kept === agent) kept = undefined;
    const again = refused && way.refused?.(options) === true;
    const { statusCode = 0, headers: head } = reply;
    return { status: statusCode, again, type: head["content-type"] ?? "", chunks: chunksOf(reply, signal, timeoutSeconds) };
  };
  const ask = async (path: string): Promise<Answer> => {
    const first = await open("GET", path);
    if (!first.again) return first;
    await textOf(first.chunks);
    return open("GET", path);
  };
  const whole = async ({ status, chunks }: Answer): Promise<Reply> => ({ status, body: await textOf(chunks) });

  return {
    get: (path) => named(timeoutSeconds, async () => whole(await ask(path))),
    stream: (path) => named(timeoutSeconds, () => ask(path)),
    send: ({ method, path, type, body }) => named(timeoutSeconds, async () => whole(await open(method, path, JSON.stringify(body), type))),
    close: async () => {
      await Promise.allSettled([...underWay].map((request) => once(request, "close")));
      kept?.destroy();
    },
  };
}

/** The client's own, which knows its proxy, and would connect anew for each request. */
const keeping = (agent: KeptAgent): KeptAgent => Object.assign(agent, { keepAlive: true });

/** A credential command that hangs must not hold us longer than the request itself may take. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, () => reject(new NoAnswer("our credentials for the API server could not be had")));
  });
}

/** Node says of what was cut off that it was aborted, or reset; the signal says why. */
const inTime = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  work.catch((thrown) => {
    throw signal.aborted ? signal.reason : thrown;
  });

async function* chunksOf(reply: IncomingMessage, signal: AbortSignal, timeoutSeconds: number): AsyncGenerator<Uint8Array> {
  try {
    yield* reply;
  } catch (thrown) {
    throw noAnswer(signal.aborted ? signal.reason : thrown, timeoutSeconds);
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > largest) throw new TooLarge(`${server} answered with more than ${largest / MiB} MiB`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Whatever is thrown below may quote headers: only its code goes on. */
const noAnswer = (thrown: unknown, timeoutSeconds: number): NoAnswer =>
  thrown instanceof NoAnswer ? thrown : new NoAnswer(brokenBy(server, codeOf(thrown), timeoutSeconds));

async function named<T>(timeoutSeconds: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw noAnswer(thrown, timeoutSeconds);
  }
}
