import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactText } from "../../../adapters/redact/index.ts";
import { cutKeys, lines, samples, tokens } from "./samples.ts";

const hexOf = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });

/** What the rules look for, in pieces: more likely to go wrong than letters at random. */
const fragments = fc.constantFrom(
  ...'password= PASSWORD: token=" secret:\' --token -----BEGIN -----END ://a: @ @host eyJ eyJhbGciOiJ. . Bearer Basic Authorization: Cookie: a=b; {"name":"A_TOKEN","value": checksum/ ghp_ [redacted: [redacted:jwt] ] secretlint-disable'.split(
    " ",
  ),
  ...' \n \r\n \t \\ \\\\ \\" \\n %3D %0A " \' ` , ; & ( ) { } [ ] < > = : / - _ é 😀 \ud800 \udc00 \u001b[0m \u0000 \u202e'.split(" "),
  " ",
  "\n",
  "x",
  "0",
);
const noise = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(fragments, { maxLength: 25 }).map((parts) => parts.join("")),
);
const sample = fc.constantFrom(...samples);
const apart = fc.constantFrom(" ", "\n", "\t", "'", ",", "(", ">", "\\n", "%0A");

describe("redactText", () => {
  it("comes to the same when repeated", () => {
    const text = fc
      .array(
        fc.oneof(
          noise,
          noise,
          sample.map((each) => each.text),
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (each) => {
        const clean = redactText(each);
        expect(redactText(clean)).toBe(clean);
        expect(clean.isWellFormed() || !each.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves no token, wherever it stands, also glued to other text", () => {
    const glued = tokens.filter((each) => each.apart === undefined);
    fc.assert(
      fc.property(noise, fc.constantFrom(...glued), noise, (before, { text, secret }, after) => {
        expect(redactText(before + text + after)).not.toContain(secret);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves no secret, wherever it stands, with something around it", () => {
    fc.assert(
      fc.property(noise, apart, sample, apart, noise, (before, open, { text, secret }, close, after) => {
        expect(redactText(before + open + text + close + after)).not.toContain(secret);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves no line of a private key, however a log has written and cut it, and whatever stands around it", () => {
    fc.assert(
      fc.property(noise, fc.constantFrom(...cutKeys), noise, (before, { text, secret }, after) => {
        expect(redactText(`${before}\n${text}\n${after}`)).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no secret that stands on lines of its own", () => {
    fc.assert(
      fc.property(noise, fc.constantFrom(...lines), noise, (before, { text, secret }, after) => {
        expect(redactText(`${before}\n${text}\n${after}`)).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no secret on the border of two windows", () => {
    const line = "2025-01-02T03:04:05Z info agent: minted for checkout-7d4b9c6f5-x2x9q\n";
    const long = line.repeat(1_800);
    fc.assert(
      fc.property(
        fc.constantFrom(49_152, 65_536, 98_304, 114_688),
        fc.integer({ min: -4_000, max: 200 }),
        sample,
        (border, off, { text, secret }) => {
          expect(redactText(`${long.slice(0, border + off)} ${text} ${long.slice(border + off)}`)).not.toContain(secret);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps digests, uids, images, names, instants, identities and queries", () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/);
    const ordinary = fc.oneof(
      hexOf(64).map((digest) => `sha256:${digest}`),
      fc.tuple(name, hexOf(64)).map(([image, digest]) => `image=registry.example/${image}@sha256:${digest}`),
      fc.uuid().map((uid) => `"uid":"${uid}"`),
      fc.integer({ min: 1, max: 2 ** 31 }).map((version) => `"resourceVersion":"${version}"`),
      fc.tuple(name, hexOf(9), hexOf(5)).map((parts) => `pod ${parts.join("-")}`),
      fc.tuple(name, name).map(([namespace, account]) => `spiffe://td.example/ns/${namespace}/sa/${account}`),
      fc
        .tuple(name, name)
        .map(([namespace, pod]) => `sum(rate(spirl_agent_mint_svid_total{namespace="${namespace}",pod=~"${pod}.*"}[5m])) > 0`),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(fc.array(ordinary, { maxLength: 8 }), fc.constantFrom(" ", "\n", ", "), (parts, between) => {
        const text = parts.join(between);
        expect(redactText(text)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Repeated to a megabyte, each of these took minutes with one rule or another before the rules were linear. */
const hostile = [
  "eyJ",
  "eyJa.",
  "token_name=",
  "secrettoken_name=",
  "cookie: a=b;",
  "authorization: ",
  "http://a:b@",
  "-----BEGIN RSA PRIVATE KEY-----",
  `SG.${"a".repeat(120)}.${"_".repeat(300)}`,
  "ghs_1_",
  `ghp_${"A".repeat(36)}é`,
  '"name":"PASSWORD","value":',
  "\\",
  " ",
  "-----END RSA PRIVATE KEY-----",
  `${"A".repeat(64)}\n`,
  `${"A".repeat(64)}\\n`,
  `${"A".repeat(20)}-----END PRIVATE KEY-----\n`,
  `-----BEGIN PRIVATE KEY-----\n${"B".repeat(15)}\n`,
  "A".repeat(64),
  "password:\n ",
  "password: |\n  a\n",
  "password\t",
  "<password>",
  "<password a>b",
  "machine a login b password ",
  ":a@tcp(",
  "a:".repeat(40),
  "-u a:b",
  "pass_pw_psk_",
  "secret_key=",
];

describe("a megabyte of hostile text takes seconds", () => {
  it.each(hostile)(
    "%j",
    (unit) => {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      const from = process.cpuUsage().user;
      redactText(text);
      expect((process.cpuUsage().user - from) / 1e6).toBeLessThan(8);
    },
    60_000,
  );
});
