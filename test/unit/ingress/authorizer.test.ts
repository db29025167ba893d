import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readSecret } from "../../../lambdas/authorize/secret.ts";
import { json, type Seen, serve } from "../adapters/server.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const list = JSON.stringify([{ name: "eu", current: digest("token"), clusters: ["eu-1", "eu-2"] }]);
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-access-key", sessionToken: "the-session-token" };

/** The signature as the documentation of AWS has it, for what the request says was signed. */
function signatureOf({ headers, body }: Seen): string {
  const [, scope = "", names = ""] = /Credential=AKIDEXAMPLE\/([^,]+), SignedHeaders=([^,]+),/.exec(headers.authorization ?? "") ?? [];
  const lines = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const request = ["POST", "/", "", lines.join(""), names, digest(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest(request)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((sum, part) => hmac(sum, part), `AWS4${credentials.secretAccessKey}`);
  return createHmac("sha256", key).update(toSign).digest("hex");
}

describe("the secret with the tokens", () => {
  it("is asked for by a request that is signed as AWS wants it", async () => {
    const { url, seen } = await serve(json(200, { Name: "tokens", SecretString: list }));
    expect(await readSecret({ secret: "tokens", region: "eu-west-1", credentials, endpoint: url })).toBe(list);
    const [request] = seen;
    if (!request) throw new Error("nothing was asked");
    expect(request).toMatchObject({ method: "POST", url: "/", body: '{"SecretId":"tokens"}' });
    expect(request.headers).toMatchObject({ "x-amz-target": "secretsmanager.GetSecretValue", "x-amz-security-token": "the-session-token" });
    expect(request.headers.authorization).toMatch(/SignedHeaders=[^,]*host;[^,]*x-amz-security-token/);
    expect(request.headers.authorization?.split("Signature=")[1]).toBe(signatureOf(request));
  });

  it("that cannot be had is an error that shows nothing", async () => {
    const denied = await serve(json(400, { __type: "com.amazonaws#AccessDeniedException", message: "role/x may not read the-secret" }));
    const answer = readSecret({ secret: "tokens", region: "eu-west-1", credentials, endpoint: denied.url });
    await expect(answer).rejects.toThrow(/^the secret with the tokens cannot be read: 400 AccessDeniedException$/);
    const binary = await serve(json(200, { SecretBinary: "eA==" }));
    await expect(readSecret({ secret: "tokens", region: "eu-west-1", credentials, endpoint: binary.url })).rejects.toThrow(
      "cannot be read: 200",
    );
  });
});

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
