import { describe, expect, test } from "vitest";
import { alertmanagerReader } from "../../../adapters/alertmanager/read.ts";
import { prometheusReader } from "../../../adapters/prometheus/read.ts";
import { basicFrom, bearerFrom, signing } from "../../../adapters/world/auth.ts";
import { type Auth, type Endpoint, headersOf, NoCredentials } from "../../../adapters/world/endpoint.ts";
import { signatureOf } from "../../support/signature.ts";
import { json, type Seen, serve, token } from "./server.ts";

const now = Date.parse("2026-11-25T03:00:00Z");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-access-key", sessionToken: "the-session-token" };
const aps = signing({ service: "aps", region: "eu-west-1", credentials: async () => credentials, now: () => now });
const asking = { method: "GET", url: new URL("https://prometheus/api/v1/query?query=up") } as const;
const headersBy = (auth: Auth) =>
  headersOf({ url: "https://prometheus", auth, headers: { "X-Scope-OrgID": "a" }, timeoutSeconds: 1 }, asking);

/** What one query to Prometheus, and one to Alertmanager, send. */
async function asked(auth: Auth, promql = "up"): Promise<{ prometheus: Seen; alertmanager: Seen }> {
  const data = { resultType: "vector", result: [] };
  const { url, seen } = await serve((one, response) =>
    json(200, one.url.includes("/api/v1/") ? { status: "success", data } : [])(one, response),
  );
  const endpoint: Endpoint = { url: `${url}/workspaces/ws-1`, auth, timeoutSeconds: 5 };
  expect(await prometheusReader(endpoint, () => now)(promql)).toMatchObject({ state: "observed" });
  expect(await alertmanagerReader(endpoint)(`/api/v2/alerts?filter=${encodeURIComponent('a="(b c)"')}&filter=d`)).toMatchObject({
    state: "observed",
  });
  const [prometheus, alertmanager] = seen;
  if (!prometheus || !alertmanager || seen.length > 2) throw new Error(`expected two requests, saw ${seen.length}`);
  return { prometheus, alertmanager };
}

describe("a token from a secret", () => {
  test("goes as it is, without the end of its line, beside the other headers", async () => {
    expect(await headersBy(bearerFrom(async () => `${token}\n`))).toEqual({ authorization: `Bearer ${token}`, "X-Scope-OrgID": "a" });
  });

  test("is sent to Prometheus and to Alertmanager", async () => {
    const { prometheus, alertmanager } = await asked(bearerFrom(async () => token));
    expect([prometheus.headers.authorization, alertmanager.headers.authorization]).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
  });

  test.each(["", "  ", "two words", `{"token":"${token}"}`, "line\nbreak", "ümlaut"])("is none where the secret is %j", async (text) => {
    const error = await headersBy(bearerFrom(async () => text)).catch((thrown: unknown) => thrown);
    expect(error).toEqual(new NoCredentials("the secret for a bearer token holds something else: its text must be the token"));
  });
});

describe("a name and a password from a secret", () => {
  test("go as HTTP wants them", async () => {
    const secret = async () => JSON.stringify({ username: "us", password: `p:${token}`, engine: "x" });
    expect(await headersBy(basicFrom(secret))).toMatchObject({ authorization: `Basic ${Buffer.from(`us:p:${token}`).toString("base64")}` });
  });

  test.each([`us:${token}`, `{"username":"us"}`, `{"username":"a:b","password":"${token}"}`, `"${token}"`])(
    "are none where the secret is %j",
    async (text) => {
      const error = await headersBy(basicFrom(async () => text)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(NoCredentials);
      expect(String(error)).not.toContain(token);
    },
  );
});

describe("a signature", () => {
  test("is of the very request that is sent, whatever stands in the query", async () => {
    const { prometheus, alertmanager } = await asked(aps, `sum(rate(a{b!~"c*|d'e~f"}[5m])) + on (pod) x % 2`);
    for (const seen of [prometheus, alertmanager]) {
      const { given, right, scope, headers } = signatureOf(seen, credentials.secretAccessKey);
      expect(scope).toBe("AKIDEXAMPLE/20261125/eu-west-1/aps/aws4_request");
      expect(headers).toEqual(["host", "x-amz-date", "x-amz-security-token"]);
      expect(seen.headers["x-amz-security-token"]).toBe("the-session-token");
      expect(given).toBe(right);
    }
    expect(new URLSearchParams(prometheus.url.split("?")[1]).get("query")).toBe(`sum(rate(a{b!~"c*|d'e~f"}[5m])) + on (pod) x % 2`);
  });
});

describe("where nothing lets us in", () => {
  const denied = bearerFrom(() => Promise.reject(new Error("the secret arn:x cannot be read: 400 AccessDeniedException")));
  const broken: Auth = () => Promise.reject(new TypeError(`invalid header ${token}`));

  test.each<[string, Auth, string]>([
    ["the secret cannot be read", denied, "the secret arn:x cannot be read: 400 AccessDeniedException"],
    ["something breaks on the way", broken, "our credentials for 127.0.0.1:"],
  ])("%s: metrics and alerts are unavailable, nothing is asked, and no secret is told", async (_how, auth, says) => {
    const { url, seen } = await serve(json(200, []));
    const endpoint = { url, auth, timeoutSeconds: 5 };
    for (const reading of [await prometheusReader(endpoint, () => now)("up"), await alertmanagerReader(endpoint)("/api/v2/alerts")]) {
      expect(reading).toMatchObject({ state: "unavailable", reason: expect.stringContaining(says) });
      expect(JSON.stringify(reading)).not.toContain(token);
    }
    expect(seen).toEqual([]);
  });
});
