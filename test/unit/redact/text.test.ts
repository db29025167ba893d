import { describe, expect, it } from "vitest";
import { redactText } from "../../../adapters/redact/index.ts";
import { headers, hex, made, pairs, pem, type Sample, tokens, urls } from "./samples.ts";

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
])("%s", (_group, samples) => {
  it.each(samples.map((sample): [string, Sample] => [sample.what, sample]))("%s", (_what, { text, secret }) => {
    const clean = redactText(`before\n${text}\nafter`);
    expect(clean).not.toContain(secret);
    expect(left(clean, secret)).toBeLessThan(8);
    expect(clean).toMatch(/^before\n.*\[redacted:[a-z0-9-]+\].*\nafter$/s);
    expect(redactText(clean)).toBe(clean);
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
