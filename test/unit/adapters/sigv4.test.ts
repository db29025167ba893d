import { describe, expect, test } from "vitest";
import { readSecret } from "../../../adapters/secrets/read.ts";
import { send } from "../../../adapters/sigv4/send.ts";
import { plainQuery, serviceHost, signed } from "../../../adapters/sigv4/sign.ts";
import { assumeRole } from "../../../adapters/sts/assume-role.ts";
import { signatureOf } from "../../support/signature.ts";
import { html, inTurn, json, type Play, reset, type Seen, serve, text } from "./server.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const session = { ...credentials, sessionToken: "the-session-token" };
const region = "eu-west-1";
const one = (seen: readonly Seen[]): Seen => {
  if (seen.length !== 1 || !seen[0]) throw new Error(`expected one request, saw ${seen.length}`);
  return seen[0];
};

describe("a signature", () => {
  const as = { service: "service", region: "us-east-1", credentials, now: new Date("2015-08-30T12:36:00Z") };
  const url = (query = "") => new URL(`https://example.amazonaws.com/${query}`);

  // From the test suite for Signature Version 4 that AWS publishes.
  test.each([
    ["get-vanilla", { method: "GET", url: url() }, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-query-order-key-case",
      { method: "GET", url: url("?Param2=value2&Param1=value1") },
      "host;x-amz-date",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "post-x-www-form-urlencoded",
      { method: "POST", url: url(), headers: { "content-type": "application/x-www-form-urlencoded" }, body: "Param1=value1" },
      "content-type;host;x-amz-date",
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ],
  ] as const)("is that of %s", async (_name, request, names, signature) => {
    const { authorization, ...headers } = await signed(request, as);
    expect(authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    );
    expect(headers).not.toHaveProperty("host");
  });

  test("covers a parameter that is there twice", async () => {
    const { url: at, seen } = await serve(json(200, {}));
    const asked = new URL(`${at}/api/v2/alerts?filter=b%3D%221%22&filter=a%3D%222%22`);
    await fetch(asked, { headers: await signed({ method: "GET", url: asked }, { ...as, now: new Date() }) });
    const { given, right } = signatureOf(one(seen), credentials.secretAccessKey);
    expect(given).toBe(right);
  });
});

test("a query has one reading only", () => {
  const parameters = new URLSearchParams({ query: `sum(rate(a{b!="c*d~e'f"}[5m])) + 1` });
  expect(plainQuery(parameters)).toBe("query=sum%28rate%28a%7Bb%21%3D%22c%2Ad~e%27f%22%7D%5B5m%5D%29%29%20%2B%201");
});

test("a service is asked in the partition of its region", () => {
  expect(serviceHost("sts", "eu-west-1")).toBe("sts.eu-west-1.amazonaws.com");
  expect(serviceHost("sts", "cn-north-1")).toBe("sts.cn-north-1.amazonaws.com.cn");
});

describe("one signed request", () => {
  const asked = { service: "eks", method: "GET", path: "/clusters/prod" } as const;
  const sent = async (play: Play) => {
    const { url: endpoint, seen } = await serve(play);
    return { answer: send(asked, { region, credentials: session, endpoint }), seen };
  };

  test("is signed for its service and region, with the session's token", async () => {
    const { answer, seen } = await sent(text(200, "yes"));
    expect(await answer).toEqual({ status: 200, text: "yes" });
    const { given, right, scope, headers } = signatureOf(one(seen), credentials.secretAccessKey);
    expect(given).toBe(right);
    expect(scope).toMatch(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/eks\/aws4_request$/);
    expect(headers).toContain("x-amz-security-token");
  });

  test.each<[string, Play]>([
    ["trouble", html(503)],
    ["too many requests", json(429, {})],
    ["a reset", reset],
  ])("is asked again after %s", async (_what, play) => {
    const { answer, seen } = await sent(inTurn(play, play, text(200, "yes")));
    expect(await answer).toEqual({ status: 200, text: "yes" });
    expect(seen).toHaveLength(3);
  });

  test("gives the last answer after three, and one that says no at once", async () => {
    const trouble = await sent(json(500, { n: 1 }));
    expect(await trouble.answer).toEqual({ status: 500, text: '{"n":1}' });
    expect(trouble.seen).toHaveLength(3);
    const refused = await sent(json(403, {}));
    expect(await refused.answer).toMatchObject({ status: 403 });
    expect(refused.seen).toHaveLength(1);
  });

  test("that nobody answers says so, and nothing of what was sent", async () => {
    const { answer } = await sent(reset);
    await expect(answer).rejects.toThrow(/^eks in eu-west-1 gives no answer \((?:UND_ERR_SOCKET|ECONNRESET)\)$/);
  });
});

describe("a secret", () => {
  const read = async (play: Play) => {
    const { url: endpoint, seen } = await serve(play);
    return { text: readSecret("tokens", { region, credentials: session, endpoint }), seen };
  };

  test("is asked for by its name, and signed", async () => {
    const { text: got, seen } = await read(json(200, { Name: "tokens", SecretString: "the-secret" }));
    expect(await got).toBe("the-secret");
    expect(one(seen)).toMatchObject({
      method: "POST",
      url: "/",
      body: '{"SecretId":"tokens"}',
      headers: { "x-amz-target": "secretsmanager.GetSecretValue", "x-amz-security-token": "the-session-token" },
    });
    const { given, right } = signatureOf(one(seen), credentials.secretAccessKey);
    expect(given).toBe(right);
  });

  test.each<[string, Play, string]>([
    [
      "is denied",
      json(400, { __type: "com.amazonaws#AccessDeniedException", message: "role/x may not read the-secret" }),
      "the secret tokens cannot be read: 400 AccessDeniedException",
    ],
    ["is binary", json(200, { SecretBinary: "eA==" }), "the secret tokens cannot be read: 200"],
    ["comes with an error's status", json(400, { SecretString: "the-secret" }), "the secret tokens cannot be read: 400"],
    ["is a page", html(200), "the secret tokens cannot be read: 200"],
  ])("that %s is an error that shows nothing", async (_how, play, says) => {
    const { text: got } = await read(play);
    await expect(got).rejects.toThrow(new Error(says));
  });
});

describe("a role", () => {
  const role = "arn:aws:iam::111122223333:role/remediator-Diagnose-inside-eu-west-1";
  const given = "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s/e+c=</SecretAccessKey><SessionToken>t/o+k==</SessionToken>";
  const xml = (inner: string) =>
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>\n<Credentials>${inner}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const assume = async (play: Play, more: object = {}) => {
    const { url: endpoint, seen } = await serve(play);
    return { got: assumeRole({ role, session: "prod-svids-a-1-g1", ...more }, { region, credentials: session, endpoint }), seen };
  };

  test("is assumed under the session's name, for as long as a token is good", async () => {
    const { got, seen } = await assume(text(200, xml(given)));
    expect(await got).toEqual({ accessKeyId: "ASIA1", secretAccessKey: "s/e+c=", sessionToken: "t/o+k==" });
    expect(Object.fromEntries(new URLSearchParams(one(seen).body))).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "prod-svids-a-1-g1",
      DurationSeconds: "900",
    });
    const signature = signatureOf(one(seen), credentials.secretAccessKey);
    expect(signature.given).toBe(signature.right);
    expect(signature.scope).toContain("/eu-west-1/sts/");
  });

  test("is assumed with the external id that it asks for", async () => {
    const { got, seen } = await assume(text(200, xml(given)), { externalId: "us/and-you" });
    await got;
    expect(new URLSearchParams(one(seen).body).get("ExternalId")).toBe("us/and-you");
  });

  test.each<[string, Play, RegExp]>([
    [
      "is denied",
      text(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: x is not</Message></Error></ErrorResponse>"),
      /eu-west-1 cannot be assumed: 403 AccessDenied$/,
    ],
    ["comes without its key", text(200, xml("<AccessKeyId>ASIA1</AccessKeyId>")), /cannot be assumed: 200$/],
    ["comes with an error's status", text(403, xml(given)), /cannot be assumed: 403$/],
  ])("that %s is an error that shows no key", async (_how, play, says) => {
    const { got } = await assume(play);
    const error = await got.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toMatch(says);
    expect(String(error)).not.toMatch(/ASIA1|s\/e\+c|t\/o\+k|User:/);
  });
});
