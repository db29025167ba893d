import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { byToken } from "../../../adapters/kubernetes/by-token.ts";
import { BadAccess, kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { connect, NoAnswer } from "../../../adapters/kubernetes/connection.ts";
import { cluster } from "./cluster.ts";
import { inTurn, json, serve, status, token } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true }));

const kubeconfig = (server: string): string => {
  const file = join(folder, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server } }],
    users: [{ name: "reader", user: { token } }],
    contexts: [
      { name: "ours", context: { cluster: "one", user: "reader" } },
      { name: "broken", context: { cluster: "none", user: "reader" } },
    ],
    "current-context": "broken",
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
};

describe("a connection", () => {
  test("is kept for request after request, instead of a handshake for each", async () => {
    const sockets = new Set<unknown>();
    const { connection } = await cluster((_seen, response) => {
      sockets.add(response.socket);
      json(200, {})(_seen, response);
    });
    for (let n = 0; n < 10; n++) await connection.get("/api/v1/nodes");
    // A pool may open a second one while the first hands over its answer.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("keeps the path that the server's address has", async () => {
    const { url, seen } = await serve(json(200, {}));
    await connect(kubeConfigOf({ by: "token", server: `${url}/k8s/clusters/c-1/`, token }), 5).get("/api/v1/nodes?limit=1");
    expect(seen.map((one) => one.url)).toEqual(["/k8s/clusters/c-1/api/v1/nodes?limit=1"]);
  });

  test("asks for the token anew with each request", async () => {
    const { url, seen } = await serve(inTurn(status(401, "Unauthorized", "Unauthorized"), json(200, {})));
    let minted = 0;
    const connection = connect(kubeConfigOf({ by: "token", server: url, token: async () => `token-${++minted}` }), 5);
    expect((await connection.get("/api/v1/nodes")).status).toBe(401);
    expect((await connection.get("/api/v1/nodes")).status).toBe(200);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  describe("whose token is taken no more", () => {
    const unauthorized = status(401, "Unauthorized", "Unauthorized");
    /** Takes tokens from the nth on; each that was refused has another behind it, unless it is `last`. */
    async function renewing(from: number, last = Number.POSITIVE_INFINITY) {
      const { url, seen } = await serve((one, response) => {
        const taken = Number(one.headers.authorization?.split("-").at(-1)) >= from;
        (taken ? json(200, { kind: "Pod" }) : unauthorized)(one, response);
      });
      let nth = 1;
      const refused = (token: string) => {
        if (token === `token-${nth}` && nth < last) nth += 1;
        return token !== `token-${nth}`;
      };
      const connection = connect(byToken({ by: "token", server: url, token: async () => `token-${nth}`, refused }), 5);
      return { connection, went: () => seen.map(({ method, headers }) => `${method} ${headers.authorization}`) };
    }
    const change = { method: "PATCH", path: "/x", type: "application/merge-patch+json", body: {} } as const;

    test("asks once more, with the next one, and goes on with that", async () => {
      const { connection, went } = await renewing(2);
      expect((await connection.get("/api/v1/nodes")).status).toBe(200);
      const { status, chunks } = await connection.stream("/api/v1/nodes");
      for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
      expect(status).toBe(200);
      expect(went()).toEqual(["GET Bearer token-1", "GET Bearer token-2", "GET Bearer token-2"]);
    });

    test("asks once more and no further", async () => {
      const { connection, went } = await renewing(9);
      expect((await connection.get("/api/v1/nodes")).status).toBe(401);
      expect(went()).toEqual(["GET Bearer token-1", "GET Bearer token-2"]);
    });

    test("does not ask once more with the same one", async () => {
      const { connection, went } = await renewing(9, 1);
      expect((await connection.get("/api/v1/nodes")).status).toBe(401);
      expect(went()).toEqual(["GET Bearer token-1"]);
    });

    test("sends a change once all the same, and the next one with the next token", async () => {
      const { connection, went } = await renewing(2);
      expect((await connection.send(change)).status).toBe(401);
      expect(went()).toEqual(["PATCH Bearer token-1"]);
      expect((await connection.send(change)).status).toBe(200);
      expect(went()).toEqual(["PATCH Bearer token-1", "PATCH Bearer token-2"]);
    });
  });

  test("gives no answer where the credentials cannot be had, and does not say what the command said", async () => {
    const failing = () => Promise.reject(new Error(`exec: aws eks get-token: ${token}`));
    const connection = connect(kubeConfigOf({ by: "token", server: "http://127.0.0.1:1", token: failing }), 5);
    await expect(connection.get("/api/v1/nodes")).rejects.toThrow(new NoAnswer("our credentials for the API server could not be had"));
  });

  test("does not wait for credentials for ever", async () => {
    const connection = connect(kubeConfigOf({ by: "token", server: "http://127.0.0.1:1", token: () => new Promise(() => undefined) }), 0.1);
    await expect(connection.get("/api/v1/nodes")).rejects.toThrow(/no answer within 0.1 s/);
  });
});

describe("access by a kubeconfig", () => {
  test("takes the context that is asked for", async () => {
    const { url, seen } = await serve(json(200, {}));
    await connect(kubeConfigOf({ by: "kubeconfig", file: kubeconfig(url), context: "ours" }), 5).get("/api/v1/nodes");
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test.each([undefined, "nowhere"])("says which contexts there are where %s is of no use", (context) => {
    const access = { by: "kubeconfig" as const, file: kubeconfig("https://api"), ...(context ? { context } : {}) };
    expect(() => kubeConfigOf(access)).toThrow(/no usable context .* it has: ours, broken/);
  });

  test("says that there is no such file", () => {
    expect(() => kubeConfigOf({ by: "kubeconfig", file: join(folder, "none") })).toThrow(BadAccess);
  });

  test("never sends a token in the clear beyond this machine", async () => {
    const far = connect(kubeConfigOf({ by: "token", server: "http://api.example.com", token }), 5);
    await expect(far.get("/api/v1/nodes")).rejects.toThrow(NoAnswer);
  });
});
