import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { headersOf } from "../../../adapters/world/endpoint.ts";
import type { Monitor } from "../../../kernel/types/index.ts";
import { json, type Seen, serve } from "../adapters/server.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:remediator/mimir-a1B2c3";
const asking = { method: "GET", url: new URL("https://mimir.example.com/api/v1/query?query=up") } as const;
const scopeOf = (authorization = "") => /Credential=[^/]+\/\d+\/([^,]+)/.exec(authorization)?.[1];

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "itself");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "key");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** Secrets Manager, which knows this one text, and the endpoints of monitors as a function makes them. */
async function start(text = "token-1") {
  const { url, seen } = await serve((one, response) => json(200, { SecretString: text })(one, response));
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  const { endpointOf } = await import("../../../lambdas/wiring/monitors.ts");
  const monitor = (auth: Monitor["auth"], more: Partial<Monitor> = {}): Monitor => ({
    url: "https://mimir.example.com",
    auth,
    headers: {},
    ...more,
  });
  return {
    seen,
    headersBy: (auth: Monitor["auth"], more: Partial<Monitor> = {}) => headersOf(endpointOf(monitor(auth, more), 5), asking),
  };
}
const asked = (seen: readonly Seen[]) => seen.map(({ body, headers }) => [JSON.parse(body), scopeOf(headers.authorization)]);

describe("what watches a cluster lets the function in", () => {
  test("as anybody, with the policy's headers", async () => {
    const { headersBy, seen } = await start();
    expect(await headersBy({ by: "none" }, { headers: { "X-Scope-OrgID": "a" } })).toEqual({ "X-Scope-OrgID": "a" });
    expect(seen).toEqual([]);
  });

  test("by a token out of a secret, which is asked for in its own region", async () => {
    const { headersBy, seen } = await start();
    expect(await headersBy({ by: "bearer", secret: arn })).toEqual({ authorization: "Bearer token-1" });
    expect(asked(seen)).toEqual([[{ SecretId: arn }, "eu-central-1/secretsmanager/aws4_request"]]);
  });

  test("by a name and a password out of a secret", async () => {
    const { headersBy } = await start('{"username":"us","password":"p"}');
    expect(await headersBy({ by: "basic", secret: arn })).toEqual({ authorization: `Basic ${Buffer.from("us:p").toString("base64")}` });
  });

  test("by a signature for the workspace's region, in the function's own name", async () => {
    const { headersBy, seen } = await start();
    const url = "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-0a1b2c3d-0000-4000-8000-0123456789ab";
    const { authorization } = await headersBy({ by: "sigv4" }, { url });
    expect(authorization).toContain("Credential=itself/");
    expect(scopeOf(authorization)).toBe("us-east-1/aps/aws4_request");
    expect(seen).toEqual([]);
  });
});

test("a secret is read once for all who share it, and again after five minutes", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { headersBy, seen } = await start();
  await headersBy({ by: "bearer", secret: arn });
  vi.advanceTimersByTime(299_000);
  await headersBy({ by: "bearer", secret: arn }, { url: "https://other.example.com" });
  expect(seen).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  await headersBy({ by: "bearer", secret: arn });
  expect(seen).toHaveLength(2);
});
