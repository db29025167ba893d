import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Egress {
  /** Path of the Unix socket on which it listens. */
  readonly socket: string;
  readonly close: () => Promise<void>;
}

/**
 * The way from the API server into the cluster. Pods and services have addresses that lead nowhere, for there is no network; this proxy takes
 * the API server's CONNECT requests and leads each to the loopback port that `where` names. What it does not name is refused, as an address
 * without a listener would be.
 */
export async function startEgress(where: (host: string, port: number) => number | undefined): Promise<Egress> {
  const sockets = new Set<Socket>();
  const server = createServer((_, answer) => answer.writeHead(405).end());
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, client: Socket) => {
    const { hostname, port: wanted } = new URL(`tcp://${request.url}`);
    const target = where(hostname, Number(wanted));
    client.on("error", () => client.destroy());
    if (target === undefined) return void client.end("HTTP/1.1 502 Nobody listens there\r\n\r\n");
    const upstream = connect(target, "127.0.0.1");
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.end("HTTP/1.1 502 Connection refused\r\n\r\n"));
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  // A Unix socket, for over TCP the API server would want TLS; in a folder of its own, for the path may have 107 characters only.
  const folder = await mkdtemp(join(tmpdir(), "egress-"));
  const socket = join(folder, "socket");
  await listen(server, { path: socket });
  return {
    socket,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const each of sockets) each.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Listens on a loopback port or a Unix socket, never on anything else. */
export function listen(server: Server | TlsServer, where: { readonly port: number } | { readonly path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen("path" in where ? where : { ...where, host: "127.0.0.1" }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
