import { HttpMethod, type KubeConfig, RequestContext } from "@kubernetes/client-node";
import { Agent, type Dispatcher } from "undici";
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

/** The only thing that a reader is given: it cannot send anything else. */
export interface Getter {
  get(path: string): Promise<Reply>;
  /** Chunk by chunk, for answers that are cut while they come; leaving the loop early ends the request. */
  stream(path: string): Promise<{ readonly status: number; readonly chunks: AsyncIterable<Uint8Array> }>;
}
export interface Change {
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly type: "application/json" | "application/merge-patch+json";
  readonly body: unknown;
}
/** Sends each request exactly once: no redirects, no retries. Every method rejects with `NoAnswer` only. */
export interface Connection extends Getter {
  send(change: Change): Promise<Reply>;
  close(): Promise<void>;
}

const server = "the API server";
const largest = 64 * MiB;

/**
 * Speaks to the API server of the current context, authenticated as the client does it. The client itself would make a new agent, and so a new
 * TLS handshake, for every request: the first one is kept until the credentials are refused.
 */
export function connect(config: KubeConfig, timeoutSeconds: number): Connection {
  let kept: Dispatcher | undefined;

  const open = async (method: Dispatcher.HttpMethod, path: string, body?: string, type?: string) => {
    const url = (config.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const context = new RequestContext(`${url}${path}`, HttpMethod.GET);
    await within(signal, config.applySecurityAuthentication(context));
    kept ??= context.getDispatcher() ?? new Agent();
    const { origin, pathname } = new URL(url);
    const headers = {
      accept: "application/json, */*",
      "user-agent": "remediator",
      ...context.getHeaders(),
      ...(type ? { "content-type": type } : {}),
    };
    const prefix = pathname === "/" ? "" : pathname;
    const reply = await kept.request({ origin, path: `${prefix}${path}`, method, headers, body: body ?? null, signal });
    // Rotated certificates are in the agent, not in the headers.
    if (reply.statusCode === 401) kept = undefined;
    return reply;
  };
  const whole = async (...request: Parameters<typeof open>): Promise<Reply> => {
    const { statusCode, body } = await open(...request);
    return { status: statusCode, body: await textOf(body) };
  };

  return {
    get: (path) => named(timeoutSeconds, () => whole("GET", path)),
    stream: (path) =>
      named(timeoutSeconds, async () => {
        const { statusCode, body } = await open("GET", path);
        return { status: statusCode, chunks: body };
      }),
    send: ({ method, path, type, body }) => named(timeoutSeconds, () => whole(method, path, JSON.stringify(body), type)),
    close: async () => kept?.close(),
  };
}

/** A credential command that hangs must not hold us longer than the request itself may take. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, () => reject(new NoAnswer("our credentials for the API server could not be had")));
  });
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
async function named<T>(timeoutSeconds: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof NoAnswer) throw thrown;
    throw new NoAnswer(brokenBy(server, codeOf(thrown), timeoutSeconds));
  }
}
