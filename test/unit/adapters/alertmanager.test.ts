import { describe, expect, test } from "vitest";
import { announceTo } from "../../../adapters/alertmanager/post.ts";
import { alertmanagerReader } from "../../../adapters/alertmanager/read.ts";
import type { Instant } from "../../../kernel/types/index.ts";
import { html, json, type Play, reset, serve, silent, text, token } from "./server.ts";

const endpointTo = async (play: Play) => {
  const { url, seen } = await serve(play);
  return { endpoint: { url: `${url}/am/`, auth: { bearer: token }, timeoutSeconds: 0.5 }, seen };
};
const read = async (play: Play, of = "/api/v2/alerts?active=true") => {
  const { endpoint, seen } = await endpointTo(play);
  return { reading: await alertmanagerReader(endpoint)(of), seen };
};

describe("reading", () => {
  test("is one GET below the prefix", async () => {
    const { reading, seen } = await read(json(200, [{ fingerprint: "f" }]));
    expect(reading).toEqual({ state: "observed", value: [{ fingerprint: "f" }] });
    expect(seen).toMatchObject([{ method: "GET", url: "/am/api/v2/alerts?active=true", headers: { authorization: `Bearer ${token}` } }]);
  });

  test.each<[string, Play, RegExp]>([
    ["401", json(401, {}), /does not accept our credentials/],
    ["HTML 502", html(502), /in trouble \(502\)/],
    ["HTML that claims success", html(200), /not JSON/],
    ["a redirect", (_seen, response) => response.writeHead(302, { location: "/login" }).end(), /elsewhere \(302\)/],
    ["a reset", reset, /broke/],
    ["silence", silent, /no answer within 0.5 s/],
  ])("is unavailable after %s", async (_what, play, says) => {
    const { reading } = await read(play);
    expect(reading).toMatchObject({ state: "unavailable", reason: expect.stringMatching(says) });
    expect(JSON.stringify(reading)).not.toContain(token);
  });

  test.each(["/api/v1/alerts", "/api/v2/../../-/reload", "http://elsewhere/api/v2/alerts", "/-/ready"])("leaves %s alone", async (of) => {
    const { reading, seen } = await read(json(200, []), of);
    expect(reading.state).toBe("unavailable");
    expect(seen).toEqual([]);
  });
});

describe("announcing", () => {
  const announcement = {
    labels: { alertname: "RemediatorApprovalWaiting", incident: "i-1" },
    annotations: { summary: "an approval is waited for" },
    startsAt: "2026-01-01T00:00:00.000Z" as Instant,
    endsAt: "2026-01-01T00:15:00.000Z" as Instant,
  };

  test("posts one alert", async () => {
    const { endpoint, seen } = await endpointTo(text(200, ""));
    await announceTo(endpoint)(announcement);
    expect(seen).toMatchObject([{ method: "POST", url: "/am/api/v2/alerts" }]);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual([announcement]);
  });

  test("says that it was refused", async () => {
    const { endpoint } = await endpointTo(json(400, "bad endsAt"));
    await expect(announceTo(endpoint)(announcement)).rejects.toThrow(/Alertmanager at .* refused the question \(400\)/);
  });
});
