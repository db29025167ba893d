import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";

export type Passing = Pick<IncomingMessage, "method" | "url">;
/** What becomes of a request: `lose`: the API server gets it, and its answer reaches nobody. */
export type Fate = "pass" | "lose";
/** A way to the API server on which a test may stand. Headers and bodies pass as they are. */
export interface Gate {
  readonly url: string;
  /** Asked of every request before it is sent on, which it is when the promise resolves. At the start all pass at once. */
  stand(on: (request: Passing) => Promise<Fate> | Fate): void;
  close(): Promise<void>;
}

export async function openGate(to: { readonly url: string; readonly caFile: string }): Promise<Gate> {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(to.caFile) });
  let standing: Parameters<Gate["stand"]>[0] = () => "pass";
  const server = createServer(async (asked, answer) => {
    const fate = await standing(asked);
    const { host: _host, connection: _connection, ...headers } = asked.headers;
    const onward = request(`${to.url}${asked.url}`, { method: asked.method, headers, agent }, (reply) => {
      if (fate === "lose") return void reply.resume().on("end", () => answer.destroy());
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stand: (on) => {
      standing = on;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}
