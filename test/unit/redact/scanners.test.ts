import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { describe, expect, it } from "vitest";
import { scan, scannerNames } from "../../../adapters/redact/scanners.ts";
import { made } from "./samples.ts";

const token = `vc${"p_"}${made(24)}`;

describe("secretlint's rules", () => {
  it("are all there but those that read files or obey comments", () => {
    expect(scannerNames).toHaveLength(rules.length - 2);
    expect(scannerNames).toEqual(expect.arrayContaining(["aws", "github", "privatekey", "slack", "vercel"]));
    expect(scannerNames).not.toContain("filter-comments");
  });

  it("answer at once: what one found later would be lost", () => {
    const context = { createTranslator: () => () => ({}), report: () => {}, ignore: () => {}, sharedOptions: {} };
    for (const rule of rules.filter((each) => !/gcp|filter-comments/.test(each.meta.id))) {
      expect(rule.create(context, {}).file?.({ content: token, ext: ".txt", filePath: undefined })).toBeUndefined();
    }
  });

  it("find a token behind an escape sequence", () => {
    for (const sequence of ["\\n", "\\u003d", "%3D"]) {
      expect(scan(`x${sequence}${token}`)).toEqual([
        { start: 1 + sequence.length, end: 1 + sequence.length + token.length, rule: "vercel" },
      ]);
    }
  });

  it("take the secret where it stands, not where the rule begins to look", () => {
    const secret = made(40);
    const text = `aws_secret_access_key = "${secret}"`;
    expect(scan(text).map(({ start, end }) => text.slice(start, end))).toContain(secret);
  });

  it("leave the host of a database", () => {
    const text = "see mysql://shop:correct-Horse@db.shop.svc:3306/orders";
    expect(scan(text).map(({ start, end }) => text.slice(start, end))).toEqual(["shop:correct-Horse"]);
  });

  it("take all of a word of which they saw a part", () => {
    expect(scan(`(${token}-${made(8)})`)).toEqual([{ start: 1, end: 1 + token.length + 9, rule: "vercel" }]);
  });
});
