import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { json, serve } from "../adapters/server.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const list = JSON.stringify([{ name: "eu", current: digest("token"), clusters: ["eu-1", "eu-2"] }]);
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-access-key" };

describe("the authorizer on AWS", () => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubEnv("TOKENS_SECRET", "tokens");
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });
  const start = async (play: Parameters<typeof serve>[0]) => {
    const { url, seen } = await serve(play);
    vi.stubEnv("AWS_ENDPOINT_URL", url);
    const { handler } = await import("../../../lambdas/authorize/index.ts");
    return { seen, ask: (authorization?: string) => handler(authorization === undefined ? {} : { headers: { authorization } }) };
  };

  it("says who it is, and for which clusters", async () => {
    const { ask } = await start(json(200, { SecretString: list }));
    expect(await ask("Bearer token")).toEqual({ isAuthorized: true, context: { token: "eu", clusters: "eu-1,eu-2" } });
    expect(await ask("Bearer other")).toEqual({ isAuthorized: false });
    expect(await ask()).toEqual({ isAuthorized: false });
  });

  it("reads the list anew after half a minute, so that a token can be revoked", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { ask, seen } = await start(json(200, { SecretString: list }));
    await ask("Bearer token");
    vi.advanceTimersByTime(29_000);
    await ask("Bearer token");
    expect(seen).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    await ask("Bearer token");
    expect(seen).toHaveLength(2);
  });

  it("fails rather than refuses while the list cannot be read: only then does Alertmanager send again", async () => {
    const { ask } = await start(json(500, {}));
    await expect(ask("Bearer token")).rejects.toThrow("cannot be read: 500");
  });
});
