import { describe, expect, test } from "vitest";
import { logReader } from "../../../adapters/kubernetes/logs.ts";
import { cluster } from "./cluster.ts";
import { html, json, type Play, reset, silent, status, text } from "./server.ts";

const of = "/api/v1/namespaces/spirl-system/pods/agent-1/log?container=agent&tailLines=100";
const read = async (play: Play, path = of, bounds = { read: 10_000, keep: 1_000 }) => {
  const { connection, seen } = await cluster(play, 0.5);
  return { reading: await logReader(connection, bounds)(path), seen };
};
const resource = (memory: number, cpu: number) =>
  JSON.stringify({ level: "info", msg: `current memory percent used: ${memory}%, current cpu percent used: ${cpu}%` });

describe("a log", () => {
  test("is text, asked for as it stands", async () => {
    const { reading, seen } = await read(text(200, "one\ntwo\n"));
    expect(reading).toEqual({ state: "observed", value: "one\ntwo" });
    expect(seen).toMatchObject([{ method: "GET", url: of }]);
  });

  test("is text, too, where a web page is what was logged", async () => {
    const { reading } = await read(text(200, "<html><body>from upstream</body></html>"));
    expect(reading).toEqual({ state: "observed", value: "<html><body>from upstream</body></html>" });
  });

  test("does without the per-second lines below 80 %, and says how many there were", async () => {
    const lines = [resource(12, 3), "kept", resource(80, 3), resource(12, 91.5), resource(79, 79)].join("\n");
    const { reading } = await read(text(200, lines));
    expect(reading).toEqual({
      state: "observed",
      value: ["[2 lines about memory and CPU under 80 % are left out]", "kept", resource(80, 3), resource(12, 91.5)].join("\n"),
    });
  });

  test("keeps the newest lines, and says that it was cut", async () => {
    const lines = Array.from({ length: 200 }, (_, n) => `line ${String(n).padStart(4, "0")}`);
    const { reading } = await read(text(200, lines.join("\n")), of, { read: 100_000, keep: 100 });
    expect(reading).toEqual({
      state: "observed",
      value: ["[cut: 190 earlier lines are left out, the newest 100 bytes are here]", ...lines.slice(-10)].join("\n"),
    });
  });

  test("is left when it is too long", async () => {
    const { reading } = await read((_seen, response) => {
      response.writeHead(200);
      const more = () => {
        if (!response.destroyed) response.write("x".repeat(99).concat("\n").repeat(20), () => setImmediate(more));
      };
      more();
    });
    expect(reading).toMatchObject({
      state: "observed",
      value: expect.stringMatching(/\[cut: the log goes on, reading stopped after \d+ bytes\]$/),
    });
  });

  test.each<[string, Play]>([
    ["the pod is gone", status(404, "NotFound", 'pods "agent-1" not found', { name: "agent-1" })],
    ["the pod has no node yet", (_seen, response) => response.writeHead(204).end()],
    ["there is no previous container", status(400, "BadRequest", 'previous terminated container "agent" in pod "agent-1" not found')],
    [
      "the container has not started",
      status(400, "BadRequest", 'container "agent" in pod "agent-1" is waiting to start: ContainerCreating'),
    ],
  ])("is null where %s", async (_what, play) => {
    expect((await read(play)).reading).toEqual({ state: "observed", value: null });
  });

  test.each<[string, Play, RegExp]>([
    ["403", status(403, "Forbidden", "no"), /the log of pods\/agent-1 in namespace spirl-system may not be read/],
    ["another 400", status(400, "BadRequest", "container agent is not valid for pod agent-1"), /400/],
    ["HTML 502", html(502), /502/],
    ["a page that says 200", html(200), /cannot be read: the answer is not what the API server gives; is there a proxy in between\?$/],
    ["a reset", reset, /broke/],
    ["silence", silent, /no answer within/],
  ])("is unavailable after %s", async (_what, play, says) => {
    expect((await read(play)).reading).toMatchObject({ state: "unavailable", reason: expect.stringMatching(says) });
  });

  test.each([
    "/api/v1/namespaces/a/pods/p/log?follow=true",
    "/api/v1/namespaces/a/pods/p",
    "/api/v1/namespaces/a/services/p/log",
    "/api/v1",
  ])("is not read from %s", async (path) => {
    const { reading, seen } = await read(text(200, ""), path);
    expect(reading.state).toBe("unavailable");
    expect(seen).toEqual([]);
  });
});

describe("the logs of all containers", () => {
  const owned = (uid: string) => [{ kind: "Any", name: "x", uid, controller: true }];
  const pod = (name: string, born: string, owner: string, ...containers: string[]) => ({
    metadata: { name, uid: name, creationTimestamp: born, ownerReferences: owned(owner) },
    spec: { initContainers: [{ name: "init" }], containers: containers.map((each) => ({ name: each })) },
    status: { phase: name.startsWith("ended") ? "Failed" : "Running" },
  });
  const pods = [
    pod("ended-1", "2025-12-31T00:00:01Z", "rs-ended", "app", "proxy"),
    pod("half-1", "2025-12-31T00:00:01Z", "rs-half", "app", "proxy"),
    pod("web-1", "2026-01-01T00:00:01Z", "rs-new", "app"),
    pod("web-2", "2026-01-01T00:00:02Z", "rs-new", "app"),
    pod("web-0", "2026-01-01T00:00:00Z", "rs-old", "app"),
    pod("other", "2026-01-01T00:00:09Z", "rs-other", "app"),
  ];
  const sets = [
    { metadata: { uid: "rs-new", ownerReferences: owned("web") } },
    { metadata: { uid: "rs-old", ownerReferences: owned("web") } },
    { metadata: { uid: "rs-other", ownerReferences: owned("others") } },
  ];
  const api: Play = (seen, response) => {
    const { pathname, searchParams } = new URL(seen.url, "http://api");
    const [, name, log] = /pods\/([^/]+)(\/log)?$/.exec(pathname) ?? [];
    const container = searchParams.get("container") ?? "";
    if (pathname.endsWith("/replicasets")) return json(200, { metadata: {}, items: sets })(seen, response);
    if (pathname.endsWith("/pods")) return json(200, { metadata: {}, items: pods })(seen, response);
    if (!log)
      return json(
        200,
        pods.find((each) => each.metadata.name === name),
      )(seen, response);
    if (container === "proxy") return status(403, "Forbidden", "no")(seen, response);
    if (container === "init")
      return status(400, "BadRequest", `container "init" in pod "${name}" is waiting to start: PodInitializing`)(seen, response);
    text(200, `${name} ${searchParams}`)(seen, response);
  };

  test("of one pod stand under their headings, with those that there are none of", async () => {
    const { reading } = await read(api, "/api/v1/namespaces/shop/pods/web-1/log?container=*&previous=true");
    expect(reading).toEqual({
      state: "observed",
      value: ["[pod web-1, container init: there is no such log]", "[pod web-1, container app]", "web-1 container=app&previous=true"].join(
        "\n",
      ),
    });
  });

  const lacks = (name: string) => `the log of pods/${name} in namespace shop may not be read: our role lacks "get" on pods/log (403)`;
  test("are unavailable where that of one container cannot be read: half of what is to be kept is not kept", async () => {
    const { reading } = await read(api, "/api/v1/namespaces/shop/pods/half-1/log?container=*");
    expect(reading).toEqual({ state: "unavailable", reason: lacks("half-1") });
  });

  test("of a pod that has ended say what could not be had: nobody can destroy it any more", async () => {
    const { reading } = await read(api, "/api/v1/namespaces/shop/pods/ended-1/log?container=*");
    expect(reading).toEqual({ state: "observed", value: expect.stringContaining(`[pod ended-1, container proxy: ${lacks("ended-1")}]`) });
  });

  test("of an owner are those of the newest pods that it made", async () => {
    const { reading, seen } = await read(api, "/api/v1/namespaces/shop/pods/*/log?owner=web&pods=2&container=*");
    if (reading.state !== "observed") throw new Error(reading.reason);
    expect(String(reading.value).match(/^\[pod \S+ container app/gm)).toEqual(["[pod web-2, container app", "[pod web-1, container app"]);
    expect(seen.every(({ method }) => method === "GET")).toBe(true);
  });

  test("are null where there are no pods, and unavailable where none can be read", async () => {
    expect((await read(api, "/api/v1/namespaces/shop/pods/*/log?owner=nobody&pods=2&container=*")).reading).toEqual({
      state: "observed",
      value: null,
    });
    const denied: Play = (seen, response) => (seen.url.includes("/log") ? status(403, "Forbidden", "no") : api)(seen, response);
    expect((await read(denied, "/api/v1/namespaces/shop/pods/web-1/log?container=*")).reading.state).toBe("unavailable");
    expect((await read(html(502), "/api/v1/namespaces/shop/pods/*/log?owner=web&pods=2&container=*")).reading.state).toBe("unavailable");
  });
});
