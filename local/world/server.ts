import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import type { Api, Faults } from "./faults.ts";

export interface Listening {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves one of the world's APIs on a free port of loopback, with the faults that are switched on for it. */
export async function listen(name: Api, api: Hono<{ Bindings: HttpBindings }>, faults: Faults): Promise<Listening> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use("*", async (c, next) => {
    if (faults.unreachable.has(name)) {
      c.env.incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    await setTimeout(faults.delayMs.get(name) ?? 0);
    return next();
  });
  app.route("/", api);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
