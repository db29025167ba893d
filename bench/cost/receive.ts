import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A way in on loopback that answers each body with a status. */
export async function receive(
  take: (body: string, authorization: string) => Promise<number>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const status = await take(await text(request), request.headers.authorization ?? "").catch(() => 500);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
