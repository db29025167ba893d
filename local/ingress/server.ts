import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { ingressApp, type Routes } from "./app.ts";

export interface Options extends Routes {
  /** 0 takes any that is free. */
  readonly port: number;
  /** How long a client may take to send a request, in milliseconds. */
  readonly patienceMs?: number;
}
export interface Ingress {
  readonly port: number;
  readonly url: string;
  /** Takes nothing new, and resolves once what is under way is answered. */
  close(): Promise<void>;
}

/** Listens on loopback only. Rejects where the port is taken. */
export async function startIngress({ port, patienceMs = 10_000, ...routes }: Options): Promise<Ingress> {
  const serverOptions = { requestTimeout: patienceMs, headersTimeout: patienceMs, connectionsCheckingInterval: Math.min(1000, patienceMs) };
  const app = ingressApp(routes);
  const under = new Set<Promise<unknown>>();
  // A client that went away leaves its request behind, which goes on.
  const fetch: typeof app.fetch = (...given) => {
    const answer = Promise.resolve(app.fetch(...given));
    const work: Promise<unknown> = answer.catch(() => {}).finally(() => under.delete(work));
    under.add(work);
    return answer;
  };
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  const close = async () => {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeIdleConnections();
    });
    await Promise.all(under);
  };
  return { port: taken, url: `http://127.0.0.1:${taken}`, close };
}
