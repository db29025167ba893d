import { describe, expect, it } from "vitest";
import { redactText } from "../../../adapters/redact/index.ts";
import { cutKeys, headers, hex, lines, made, pairs, pem, pemLines, type Sample, tokens, urls } from "./samples.ts";

/** The longest part of the secret that is left. */
const left = (text: string, secret: string): number => {
  let longest = 0;
  for (let at = 0; at < secret.length; at++)
    while (text.includes(secret.slice(at, at + longest + 1)) && at + longest < secret.length) longest++;
  return longest;
};

describe.each([
  ["tokens", tokens],
  ["headers", headers],
  ["URLs", urls],
  ["pairs", pairs],
  ["lines", lines],
])("%s", (_group, samples) => {
  it.each(samples.map((sample): [string, Sample] => [sample.what, sample]))("%s", (_what, { text, secret }) => {
    const clean = redactText(`before\n${text}\nafter`);
    expect(clean).not.toContain(secret);
    expect(left(clean, secret)).toBeLessThan(8);
    expect(clean).toMatch(/^before\n.*\[redacted:[a-z0-9-]+\].*\nafter$/s);
    expect(redactText(clean)).toBe(clean);
  });
});

describe("a private key in a log", () => {
  it.each(cutKeys.map((sample): [string, Sample] => [sample.what, sample]))("%s", (_what, { text, secret }) => {
    const clean = redactText(`before\n${text}\nafter`);
    expect(clean).not.toContain(secret);
    for (const line of text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? []) expect(left(clean, line)).toBeLessThan(16);
    expect(clean).toMatch(/^before\n.*\[redacted:private-key\].*\nafter$/s);
    expect(redactText(clean)).toBe(clean);
  });

  it("does not take the log before it along: nothing but lines of base64, one behind the other", () => {
    const before = "2026-11-20T03:00:00Z info agent: minted for checkout-7d4b9c6f5-x2x9q\n".repeat(20);
    const text = `${before}\n\n\n${pem(`${"PRIVATE"} KEY`)}\n`;
    expect(redactText(text)).toBe(`${before}\n\n\n[redacted:private-key]\n`);
    expect(redactText(`${before}-----END ${"PRIVATE"} KEY-----\n`)).toBe(`${before}-----END ${"PRIVATE"} KEY-----\n`);
    const certificate = pemLines("CERTIFICATE").slice(3).join("\n");
    expect(redactText(certificate)).toBe(certificate);
  });
});

describe("what is around a secret stays", () => {
  const secret = made(24);
  it.each([
    [`user=shop password=${secret} host=db`, "user=shop password=[redacted:pair] host=db"],
    [`user=shop,password=${secret},host=db`, "user=shop,password=[redacted:pair],host=db"],
    [`{"password":"${secret}","port":1}`, '{"password":"[redacted:pair]","port":1}'],
    [`{"m":"{\\"password\\":\\"${secret}\\"}"}`, '{"m":"{\\"password\\":\\"[redacted:pair]\\"}"}'],
    [`{User:shop Password:${secret}}`, "{User:shop Password:[redacted:pair]}"],
    [`postgres://shop:${secret}@db:5432/orders`, "postgres://[redacted:url-userinfo]@db:5432/orders"],
    [`GET /v1?token=${secret}&page=2 200`, "GET /v1?token=[redacted:pair]&page=2 200"],
    [`Authorization: Bearer ${secret} status=401`, "Authorization: [redacted:authorization] status=401"],
    [`DB_PASS=${secret} DB_USER=shop`, "DB_PASS=[redacted:pair] DB_USER=shop"],
    [`<db><password>${secret}</password><port>1</port></db>`, "<db><password>[redacted:element]</password><port>1</port></db>"],
    [`machine db login shop password ${secret} port 1`, "machine db login shop password [redacted:netrc] port 1"],
    [`shop:${secret}@tcp(db:3306)/orders`, "shop:[redacted:dsn]@tcp(db:3306)/orders"],
    [`curl -u shop:${secret} https://db`, "curl -u shop:[redacted:user] https://db"],
    [`a:\n  password: |\n    ${secret}\n    b\n  host: db`, "a:\n  password: |\n[redacted:below]\n  host: db"],
    [`a:\n  password:\n    ${secret}\n  host: db`, "a:\n  password:\n    [redacted:below]\n  host: db"],
    [`agent --token ${secret} --verbose`, "agent --token [redacted:flag] --verbose"],
    [`${pem(`${"PRIVATE"} KEY`)}\n${pem("CERTIFICATE")}`, `[redacted:private-key]\n${pem("CERTIFICATE")}`],
  ])("%s", (text, clean) => expect(redactText(text)).toBe(clean));
});

describe("what is no secret stays", () => {
  it.each([
    `registry.example/shop/checkout@sha256:${hex(64)}`,
    `docker-pullable://checkout:v1@sha256:${hex(64)}`,
    `checksum/secret: ${hex(64)}`,
    "spiffe://td.example/ns/shop/sa/checkout",
    "http://prometheus.monitoring.svc:9090/api/v1/query?query=up",
    'sum by (pod) (rate(grpc_server_handled_total{grpc_service=~"SpiffeWorkloadAPI|envoy.service.secret.v3.SecretDiscoveryService",code!="OK"}[5m])) > 0',
    "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
    "postgres password comes from --password=$(DB_PASSWORD) and --token-file /var/run/secrets/token",
    'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found',
    "failed to fetch token: serviceaccounts is forbidden",
    "failed to fetch secret: not found",
    "authorization: denied by policy; bearer authentication failed; basic authentication failed",
    "secretName: shop-tls\nserviceAccountToken:\n  expirationSeconds: 3607\n  path: token\nautomountServiceAccountToken: true",
    "tokens=512 tokenExpirationSeconds=3600 PASSWORD_FILE=/etc/db/password token=/var/run/secrets/tokens/agent PWD=/app",
    "token_type: Bearer, svid_type=jwt, token: <nil>, password=null, secret=true",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----",
    "bypass=1 compass: north pass_rate=0.98 passThrough: yes\n--- PASS: TestMint (0.00s)\nupward=3 pws=2",
    "secretKeyRef:\n  name: shop\n  key: password\nsecrets:\n  - name: pull\ntoken:\n  audience: x",
    "NAME\tSECRETS\tAGE\ndefault\t0\t30d\nshop-token\tOpaque\t3",
    "<tokenType>Bearer</tokenType> usage: agent <token> [flags]",
    "docker run -u 1000:1000 shop; listens at tcp(db:3306)",
    "the machine that they login to asks for the password again",
    "mail joe@shop.example about https://shop.example/?email=joe@shop.example",
    "2025-01-02T03:04:05.678901Z 0b4c1c9e-2a6f-4a3d-9e59-1a2b3c4d5e6f resourceVersion=123456789",
    "",
  ])("%s", (text) => expect(redactText(text)).toBe(text));
});

it("a comment in a log does not switch it off", () => {
  expect(redactText(`secretlint-disable\nvc${"p_"}${made(24)}`)).toBe("secretlint-disable\n[redacted:vercel]");
});

it("what was redacted by a rule that it does not know is text like any other", () => {
  expect(redactText(`password=[redacted:${made(12)}]`)).toBe("password=[[redacted:pair]]");
});
