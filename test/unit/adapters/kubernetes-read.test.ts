import { describe, expect, test } from "vitest";
import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { connect, type Getter, TooLarge } from "../../../adapters/kubernetes/connection.ts";
import { kubernetesReader } from "../../../adapters/kubernetes/read.ts";
import { cluster } from "./cluster.ts";
import { html, inTurn, json, type Play, reset, resetHalfway, silent, status, text, token } from "./server.ts";

const path = "/api/v1/namespaces/shop/pods/web-1";
const pod = { kind: "Pod", metadata: { name: "web-1", uid: "u1" } };

const read = async (play: Play, of = path, timeoutSeconds = 5) => {
  const { connection, seen } = await cluster(play, timeoutSeconds);
  return { reading: await kubernetesReader(connection)(of), seen };
};
const reasonOf = async (play: Play, of = path, timeoutSeconds = 5): Promise<string> => {
  const { reading } = await read(play, of, timeoutSeconds);
  if (reading.state !== "unavailable") throw new Error("was observed");
  expect(reading.reason).not.toContain(token);
  expect(reading.reason).not.toMatch(/bearer/i);
  return reading.reason;
};

describe("one object", () => {
  test("is read by GET, with our token", async () => {
    const { reading, seen } = await read(json(200, pod));
    expect(reading).toEqual({ state: "observed", value: pod });
    expect(seen).toMatchObject([{ method: "GET", url: path, headers: { authorization: `Bearer ${token}` } }]);
  });

  test("that is not there is null", async () => {
    const { reading } = await read(status(404, "NotFound", 'pods "web-1" not found', { name: "web-1", kind: "pods" }));
    expect(reading).toEqual({ state: "observed", value: null });
  });

  test.each([
    ["an API that is not served", text(404, "404 page not found")],
    ["a proxy's page", html(404)],
    ["another object", status(404, "NotFound", 'namespaces "shop" not found', { name: "shop" })],
  ])("of which a 404 is about %s is unavailable", async (_what, play) => {
    expect(await reasonOf(play)).toContain("pods/web-1 in namespace shop");
  });

  test.each<[string, Play, RegExp]>([
    ["401", status(401, "Unauthorized", "Unauthorized"), /does not accept our credentials \(401\)/],
    ["403", status(403, "Forbidden", "no"), /our role lacks "get" on pods \(403\)/],
    ["429", status(429, "TooManyRequests", "slow down"), /too many requests \(429\)/],
    ["500", status(500, "InternalError", "etcd"), /the API server is in trouble \(500\)/],
    ["an HTML 502", html(502), /something in front of the API server is in trouble \(502\)/],
    ["HTML that claims success", html(200), /proxy/],
    ["a reset before the answer", reset, /the connection to the API server broke/],
    ["a reset in the middle", resetHalfway, /the connection to the API server broke/],
  ])("is unavailable after %s, and says so", async (_what, play, says) => {
    const reason = await reasonOf(play);
    expect(reason).toMatch(says);
    expect(reason).toContain("pods/web-1 in namespace shop");
  });

  test("is unavailable when the answer does not come in time", async () => {
    expect(await reasonOf(silent, path, 0.2)).toMatch(/gave no answer within 0.2 s/);
  });

  test("is not looked for elsewhere", async () => {
    const { reading, seen } = await read((_seen, response) => response.writeHead(307, { location: "/api/v1/nodes" }).end());
    expect(reading.state).toBe("unavailable");
    expect(seen).toHaveLength(1);
  });
});

test("a server that takes no connections is unavailable", async () => {
  const nobody = connect(kubeConfigOf({ by: "token", server: "http://127.0.0.1:1", token }), 5);
  expect(await kubernetesReader(nobody)(path)).toMatchObject({ state: "unavailable", reason: expect.stringContaining("ECONNREFUSED") });
});

describe("a path", () => {
  test.each([
    "/api/v1/namespaces/shop/secrets",
    "/api/v1/namespaces/shop/secrets/db",
    "/api/v1/secrets?limit=1",
    "/api/v1/namespaces/shop/%73ecrets/db",
    "/api/v1/namespaces/shop/pods/../secrets/db",
    "/api/v1/namespaces/shop/pods/%2e%2e/secrets",
    "/api/v1/watch/pods",
    "/api/v1/pods?watch=true",
    "/api/v1/namespaces/shop/pods/web-1/exec?command=id",
    "/api/v1/namespaces/shop/pods/web-1/log",
    "/api/v1/nodes/n1/proxy/pods",
    "/version",
    "/apis2/x",
    "http://elsewhere/api/v1/pods",
    "//elsewhere/api/v1/pods",
    "/api/v1/pods#x",
    "/api/v1/namespaces/a b/pods",
  ])("%s is not read", async (of) => {
    const { reading, seen } = await read(json(200, {}), of);
    expect(reading).toMatchObject({ state: "unavailable", reason: expect.stringContaining("not a path that may be read") });
    expect(seen).toEqual([]);
  });

  test.each([
    "/api/v1/namespaces/secrets",
    "/api/v1/namespaces/secrets/pods/web-1",
    "/apis/apps/v1/namespaces/shop/deployments/web",
    "/apis/apps/v1",
  ])("%s is read", async (of) => {
    expect((await read(json(200, { kind: "Any" }), of)).seen).toHaveLength(1);
  });
});

describe("a list", () => {
  const of = "/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb";
  const page = (items: readonly unknown[], next?: string) =>
    json(200, { kind: "PodList", metadata: { resourceVersion: "7", ...(next ? { continue: next, remainingItemCount: 1 } : {}) }, items });

  test("comes whole, page after page", async () => {
    const { reading, seen } = await read(inTurn(page([{ a: 1 }], "next"), page([{ a: 2 }])), of);
    expect(reading).toEqual({
      state: "observed",
      value: { kind: "PodList", metadata: { resourceVersion: "7" }, items: [{ a: 1 }, { a: 2 }] },
    });
    const queries = seen.map(({ url }) => new URL(url, "http://api").searchParams);
    expect(queries.map((query) => [query.get("labelSelector"), query.get("limit"), query.get("continue")])).toEqual([
      ["app=web", "500", null],
      ["app=web", "500", "next"],
    ]);
  });

  test("begins anew when its continuation has expired, once", async () => {
    const gone = status(410, "Expired", "too old");
    const { reading } = await read(inTurn(page([1], "a"), gone, page([2], "b"), page([3])), of);
    expect(reading).toMatchObject({ state: "observed", value: { items: [2, 3] } });
    const twice = await read(inTurn(page([1], "a"), gone, page([2], "b"), gone), of);
    expect(twice.reading).toMatchObject({ state: "unavailable", reason: expect.stringMatching(/changed faster/) });
    expect(twice.seen).toHaveLength(4);
  });

  test("whose pages are too large to be read comes in smaller ones, whole", async () => {
    const pods = Array.from({ length: 700 }, (_, at) => ({ metadata: { name: `p-${at}` } }));
    const limits: number[] = [];
    const getter: Getter = {
      get: async (path) => {
        const query = new URLSearchParams(path.split("?")[1]);
        const [limit, from] = [Number(query.get("limit")), Number(query.get("continue") ?? 0)];
        limits.push(limit);
        if (limit > 40) throw new TooLarge("the API server answered with more than 64 MiB");
        const next = from + limit < pods.length ? { continue: String(from + limit) } : {};
        return { status: 200, body: JSON.stringify({ kind: "PodList", metadata: next, items: pods.slice(from, from + limit) }) };
      },
      stream: () => Promise.reject(new Error("no log is asked for")),
    };
    const reading = await kubernetesReader(getter)("/api/v1/namespaces/shop/pods");
    expect(reading).toMatchObject({ state: "observed" });
    const { items } = (reading as { readonly value: { readonly items: readonly unknown[] } }).value;
    expect(items).toEqual(pods);
    expect(limits.slice(0, 3)).toEqual([500, 125, 31]);
  });

  test("of which a single object is too large is unavailable, and is not asked for without end", async () => {
    let asked = 0;
    const get = async () => {
      asked += 1;
      throw new TooLarge("the API server answered with more than 64 MiB");
    };
    const reading = await kubernetesReader({ get, stream: get })("/api/v1/pods");
    expect(reading).toMatchObject({ state: "unavailable", reason: expect.stringContaining("more than 64 MiB") });
    expect(asked).toBeLessThan(8);
  });

  test("without items is empty, and with more pages than are read it is unavailable", async () => {
    expect((await read(json(200, { kind: "PodList", metadata: {}, items: null }), of)).reading).toMatchObject({ value: { items: [] } });
    expect(await reasonOf(page(Array(500).fill({}), "more"), of)).toMatch(/the pods in namespace shop are more than 10000/);
  });

  test("that fails on a later page is unavailable: half a list is none", async () => {
    expect(await reasonOf(inTurn(page([1], "a"), html(502)), of)).toMatch(/502/);
  });

  test.each<[string, Play, RegExp]>([
    ["403", status(403, "Forbidden", "no"), /our role lacks "list" on pods/],
    ["404", text(404, "404 page not found"), /does not serve such a thing/],
    ["an object instead", json(200, pod), /not what the API server gives/],
  ])("is unavailable after %s", async (_what, play, says) => {
    expect(await reasonOf(play, of)).toMatch(says);
  });
});
