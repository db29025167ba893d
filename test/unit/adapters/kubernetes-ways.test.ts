import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy } from "node:http";
import { createServer, type RequestOptions } from "node:https";
import { type AddressInfo, connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { byToken, type TokenAccess } from "../../../adapters/kubernetes/by-token.ts";
import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { type Connection, connect, NoAnswer, type Way } from "../../../adapters/kubernetes/connection.ts";
import { serving, servingCa } from "../../support/serving.ts";
import { inTurn, json, type Play, resetHalfway, serve, status, token } from "./server.ts";

const ways: readonly (readonly [string, (access: TokenAccess) => Way])[] = [
  ["the client", kubeConfigOf],
  ["a token alone", byToken],
];

/** An API server with a certificate; `sockets` are the connections that were made to it. */
async function secured(play: Play = json(200, { kind: "Pod" })): Promise<{ server: string; sockets: Set<unknown> }> {
  const sockets = new Set<unknown>();
  const server = createServer(serving, (request, response) => {
    sockets.add(request.socket);
    play({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body: "" }, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}
const caData = Buffer.from(servingCa).toString("base64");
const opened = (way: Way, timeoutSeconds = 5): Connection => {
  const connection = connect(way, timeoutSeconds);
  onTestFinished(() => connection.close());
  return connection;
};

describe.each(ways)("a way in by %s", (_by, wayOf) => {
  test("trusts the cluster's authority, and keeps the connection", async () => {
    const { server, sockets } = await secured();
    const connection = opened(wayOf({ by: "token", server, caData, token }));
    for (let n = 0; n < 5; n++) expect(await connection.get("/api/v1/nodes")).toMatchObject({ status: 200 });
    expect(sockets.size).toBe(1);
  });

  test("trusts nobody else", async () => {
    const { server, sockets } = await secured();
    await expect(opened(wayOf({ by: "token", server, token })).get("/")).rejects.toThrow(/certificate of the API server is not trusted/);
    expect(sockets.size).toBe(0);
  });

  test("sends the token of this moment, and to no address in the clear", async () => {
    const { url, seen } = await serve(inTurn(status(401, "Unauthorized", "Unauthorized"), json(200, {})));
    let minted = 0;
    const connection = opened(wayOf({ by: "token", server: `${url}/k8s/c-1/`, token: async () => `token-${++minted}` }));
    expect((await connection.get("/version")).status).toBe(401);
    expect((await connection.get("/version?a=b")).status).toBe(200);
    expect(seen).toMatchObject([
      { url: "/k8s/c-1/version", headers: { authorization: "Bearer token-1" } },
      { url: "/k8s/c-1/version?a=b", headers: { authorization: "Bearer token-2" } },
    ]);
    await expect(opened(wayOf({ by: "token", server: "http://api.example.com", token })).get("/")).rejects.toThrow(
      new NoAnswer("our credentials for the API server could not be had"),
    );
  });

  test("follows nothing, and sends what is written once", async () => {
    const elsewhere: Play = (_seen, response) => response.writeHead(307, { location: "/other" }).end();
    const { url, seen } = await serve(elsewhere);
    const connection = opened(wayOf({ by: "token", server: url, token }));
    const change = { method: "PATCH", path: "/api/v1/namespaces/a", type: "application/merge-patch+json", body: { a: "ü" } } as const;
    expect((await connection.send(change)).status).toBe(307);
    expect(seen).toMatchObject([{ method: "PATCH", body: '{"a":"ü"}', headers: { "content-type": change.type, "content-length": "10" } }]);
  });
});

test("a token alone has certificates checked, whatever the environment says", async () => {
  const options: RequestOptions = {};
  await byToken({ by: "token", server: "https://api.example.com", token }).applyToHTTPSOptions(options);
  expect(options).toEqual({ headers: { Authorization: `Bearer ${token}` }, rejectUnauthorized: true });
});

describe("an answer that is read as it comes", () => {
  const over = async (play: Play, timeoutSeconds = 5) => {
    const { url } = await serve(play);
    return opened(byToken({ by: "token", server: url, token }), timeoutSeconds);
  };
  const read = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const _chunk of chunks);
  };

  test("is no answer when it breaks off, or stops coming", async () => {
    const broken = await (await over(resetHalfway)).stream("/log");
    await expect(read(broken.chunks)).rejects.toThrow(new NoAnswer("the connection to the API server broke (ECONNRESET)"));
    const halted = await (await over((_seen, response) => response.writeHead(200).write("a line"), 0.2)).stream("/log");
    await expect(read(halted.chunks)).rejects.toThrow(new NoAnswer("the API server gave no answer within 0.2 s"));
  });

  test("ends at the server when it is left", async () => {
    let left: Promise<unknown> | undefined;
    const connection = await over((_seen, response) => {
      left = once(response, "close");
      response.writeHead(200).write("a line");
    });
    for await (const _chunk of (await connection.stream("/log")).chunks) break;
    await left;
  });
});

test("closing waits for what is under way", async () => {
  let answer = () => {};
  const asked = Promise.withResolvers<void>();
  const { url } = await serve((seen, response) => {
    answer = () => json(200, { kind: "Pod" })(seen, response);
    asked.resolve();
  });
  const connection = connect(byToken({ by: "token", server: url, token }), 5);
  const reply = connection.get("/api/v1/nodes");
  await asked.promise;
  const closed = connection.close();
  answer();
  expect(await reply).toMatchObject({ status: 200 });
  await closed;
});

test("the proxy of a kubeconfig is gone through, and its connection is kept", async () => {
  const { server, sockets } = await secured();
  const tunnels: string[] = [];
  const proxy = createProxy().on("connect", ({ url = "" }, near) => {
    tunnels.push(url);
    const far = dial(Number(url.split(":")[1]), "127.0.0.1", () => near.write("HTTP/1.1 200 Connection established\r\n\r\n"));
    far.pipe(near).pipe(far);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  onTestFinished(() => {
    proxy.close();
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "config");
  const cluster = {
    server,
    "certificate-authority-data": caData,
    "proxy-url": `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  };
  const config = {
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { token } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  writeFileSync(file, JSON.stringify(config));
  const connection = opened(kubeConfigOf({ by: "kubeconfig", file }));
  for (let n = 0; n < 3; n++) expect((await connection.get("/api/v1/nodes")).status).toBe(200);
  expect(tunnels).toEqual([new URL(server).host]);
  expect(sockets.size).toBe(1);
});
