import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Unreachable } from "../../../kernel/ports.ts";
import { largestBody } from "../../../lambdas/ingest/handler.ts";
import { type Options, startIngress } from "../../../local/ingress/server.ts";
import { anAlert, bearer, bodyOf, type Memory, memory, otherBearer, tokens } from "./support.ts";

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of running.splice(0)) await close();
});
async function start(change: Partial<Options> = {}): Promise<Memory & { url: string; port: number }> {
  const all = memory();
  const ingress = await startIngress({ port: 0, tokens, ports: all.ports, ...change });
  running.push(ingress.close);
  return { ...all, url: ingress.url, port: ingress.port };
}
async function post(url: string, body: RequestInit["body"], { token = bearer, ...init }: RequestInit & { token?: string | null } = {}) {
  const headers = {
    "content-type": "application/json",
    connection: "close",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`${url}/alerts`, { method: "POST", body: body ?? null, headers, ...init });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) };
}

describe("the way in on one machine", () => {
  it("takes alerts", async () => {
    const { url, openings } = await start();
    expect(await post(url, bodyOf([anAlert()]))).toMatchObject({ status: 200, body: { accepted: [{ alerts: 1 }], rejected: [] } });
    expect(openings).toHaveLength(1);
  });

  it("is on loopback, on a port that is free, or not at all", async () => {
    const { url, port } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    await expect(startIngress({ port, tokens, ports: memory().ports })).rejects.toThrow("EADDRINUSE");
  });

  it("says that it is there", async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
  });

  it("has room for other routes, which share nothing but the server", async () => {
    const { url } = await start({ extend: (app) => app.get("/metrics", (c) => c.text("up 1\n")) });
    expect(await (await fetch(`${url}/metrics`)).text()).toBe("up 1\n");
  });

  it("answers what is under way before it closes", async () => {
    const all = memory();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const put: typeof all.ports.archive.put = async (bytes, kind) => {
      asked.resolve();
      await answer.promise;
      return all.ports.archive.put(bytes, kind);
    };
    const ingress = await startIngress({ port: 0, tokens, ports: { ...all.ports, archive: { put } } });
    const reply = post(ingress.url, bodyOf([anAlert()]));
    await asked.promise;
    const closed = ingress.close();
    answer.resolve();
    expect(await reply).toMatchObject({ status: 200 });
    await closed;
    await expect(fetch(`${ingress.url}/healthz`)).rejects.toThrow();
  });
});

describe("who has no business here", () => {
  it.each([null, "", "wrong"])("is told so with the token %j, and nothing of it is read", async (token) => {
    const { url, bodies, rejections } = await start();
    const { status, headers, body } = await post(url, bodyOf([anAlert()]), { token });
    expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(body.error).toContain("bearer token");
    expect([bodies.length, rejections.length]).toEqual([0, 0]);
  });

  it("may speak for other clusters only", async () => {
    const { url, openings, rejections } = await start();
    expect(await post(url, bodyOf([anAlert()]), { token: otherBearer })).toMatchObject({
      status: 403,
      body: { rejected: [{ index: 0, field: "labels.cluster" }] },
    });
    expect([openings.length, rejections.length]).toEqual([0, 1]);
  });

  it("finds nothing beside the doors", async () => {
    const { url } = await start();
    for (const [path, method] of [
      ["/alerts", "GET"],
      ["/", "GET"],
      ["/../etc/passwd", "GET"],
      ["/alerts/x", "POST"],
    ] as const) {
      const answer = await fetch(`${url}${path}`, { method });
      expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([404, ["error"]]);
    }
  });
});

describe("a bad body", () => {
  it.each<[string, string, string]>([
    ["not JSON", "status: firing", "body is not JSON"],
    ["nothing", "", "body is not JSON"],
    ["another version", '{"version":"3","alerts":[]}', "version must be"],
    ["no alerts", bodyOf([]), "alerts must hold"],
    ["only alerts without labels", bodyOf([anAlert({ labels: {} })]), "alerts hold none that can be taken"],
  ])("with %s gets a clear answer", async (_what, body, says) => {
    const { url, rejections } = await start();
    const answer = await post(url, body);
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain(says);
    expect(rejections).toHaveLength(1);
  });

  it("may hold good alerts: these are on record", async () => {
    const { url, openings } = await start();
    const { status, body } = await post(url, bodyOf([anAlert({ labels: {} }), anAlert(), anAlert({}, { workload: "<b>" })]));
    expect(status).toBe(200);
    expect(body.rejected.map(({ index, field }: { index: number; field: string }) => [index, field])).toEqual([
      [0, "labels"],
      [2, "labels.workload"],
    ]);
    expect(openings).toHaveLength(1);
  });

  it("of exactly 5 MiB is taken", async () => {
    const { url } = await start();
    const short = bodyOf([anAlert({ annotations: { note: "" } })]);
    const body = bodyOf([anAlert({ annotations: { note: " ".repeat(largestBody - short.length) } })]);
    expect(body).toHaveLength(largestBody);
    expect(await post(url, body)).toMatchObject({ status: 200 });
  });

  it("over 5 MiB is refused by its length, before it has come", async () => {
    const { port, bodies, lines } = await start();
    const ask = request({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/alerts",
      headers: { authorization: `Bearer ${bearer}`, "content-length": String(largestBody + 1) },
    });
    ask.on("error", () => {});
    ask.write("{");
    const [answer] = await once(ask, "response");
    expect(answer.statusCode).toBe(413);
    ask.destroy();
    expect([bodies.length, lines.length]).toEqual([0, 1]);
  });

  it("of 6 MiB, sent in one go, gets its answer and no broken connection", async () => {
    const { url, bodies } = await start();
    for (let again = 0; again < 5; again++) {
      const answer = await post(url, "x".repeat(6 * 1024 * 1024));
      expect([answer.status, answer.body.error]).toEqual([413, expect.stringContaining("5 MiB")]);
    }
    expect(bodies).toEqual([]);
  });

  it("that goes on and on without a length is refused on the way", async () => {
    const { port, bodies } = await start();
    const chunk = Buffer.alloc(256 * 1024, " ");
    const ask = request({ port, host: "127.0.0.1", method: "POST", path: "/alerts", headers: { authorization: `Bearer ${bearer}` } });
    ask.on("error", () => {});
    let answer: IncomingMessage | undefined;
    ask.on("response", (response) => {
      answer = response;
    });
    let sent = 0;
    while (answer === undefined && sent < 8 * largestBody) {
      await new Promise((written) => ask.write(chunk, written));
      sent += chunk.length;
    }
    ask.destroy();
    expect([answer?.statusCode, bodies.length]).toEqual([413, 0]);
    expect(sent).toBeLessThan(4 * largestBody);
  });

  it("that does not come is not waited for", async () => {
    const { port, bodies } = await start({ patienceMs: 200 });
    const socket = connect(port, "127.0.0.1");
    socket.write(`POST /alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nContent-Length: 100\r\n\r\n{"version"`);
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("error", () => {});
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(bodies).toEqual([]);
  });

  it("that breaks off does no harm", async () => {
    const { port, url, bodies } = await start();
    const socket = connect(port, "127.0.0.1");
    socket.write(`POST /alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nContent-Length: 100\r\n\r\n{"version"`);
    await once(socket, "connect");
    socket.destroy();
    expect(await post(url, bodyOf([anAlert()]))).toMatchObject({ status: 200 });
    expect(bodies).toHaveLength(1);
  });
});

describe("trouble inside", () => {
  const withLedger = (openOrJoin: Memory["ports"]["ledger"]["openOrJoin"]) => {
    const { ports } = memory();
    return { ports: { ...ports, ledger: { ...ports.ledger, openOrJoin } } };
  };

  it("that passes is 503", async () => {
    const { url } = await start(withLedger(() => Promise.reject(new Unreachable("the disk is full"))));
    const { status, headers, text } = await post(url, bodyOf([anAlert()]));
    expect([status, headers.get("retry-after"), headers.get("content-type")]).toEqual([503, "10", "application/json"]);
    expect(text).not.toContain("disk");
  });

  it("of any other sort is 500, and shows neither stack nor message", async () => {
    const { url } = await start(withLedger(() => Promise.reject(new TypeError("secret inner workings"))));
    const { status, text } = await post(url, bodyOf([anAlert()]));
    expect(status).toBe(500);
    expect(text).not.toMatch(/secret|TypeError|at .*\.ts/);
  });
});
