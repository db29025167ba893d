import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

export interface Listening {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A server on a free port of loopback. */
export async function serve(answer: (request: Request) => Response | Promise<Response>): Promise<Listening> {
  const server = createAdaptorServer({ fetch: answer }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** Of an answer that is handed on. */
export const handedOnMs = 10_000;

/** Hands on what it gets to wherever `to` says at that moment. */
export const forward = (to: () => string): Promise<Listening> =>
  serve(async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const body = request.method === "GET" ? undefined : await request.arrayBuffer();
    const signal = AbortSignal.timeout(handedOnMs);
    const answer = await fetch(`${to()}${pathname}${search}`, { method: request.method, headers, signal, ...(body ? { body } : {}) });
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: { "content-type": answer.headers.get("content-type") ?? "" },
    });
  });
