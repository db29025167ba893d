import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownBlock, markdownText, plainText } from "../../../adapters/redact/index.ts";

const ESC = "\u001b";
const pieces = fc.constantFrom(
  ...` |\n|\r\n|\r|\t|${ESC}|${ESC}[31m|${ESC}]0;title\u0007|${ESC}]8;;http://evil.example${ESC}\\|\u009b2J|\u0007|\u0000|\u202e|\u2066|\u200b|\ufeff|\ud800|\u{e0041}|é|😀`.split(
    "|",
  ),
  ..."` ``` ~~~ * _ __ [x] ( ) ](http://evil.example) ![ <b> <!-- &amp; @octocat a@b.example #1 !2 # - + 1. 2) = | \\ > $ www.evil.example https://evil.example /close text".split(
    " ",
  ),
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
);

describe("plainText", () => {
  it.each([
    [`${ESC}[1;31merror${ESC}[0m: x`, "error: x"],
    [`${ESC}]8;;http://evil.example${ESC}\\docs${ESC}]8;;${ESC}\\`, "docs"],
    [`${ESC}]0;title\u0007x`, "x"],
    [`${ESC}${ESC}[31m[31mx`, "\\u{1b}[31mx"],
    ["a\rb\u0008c\u0000\u009b2Jd", "a\\u{d}b\\u{8}c\\u{0}d"],
    ["user\u202etxt.exe\u2066", "user\\u{202e}txt.exe\\u{2066}"],
    ["a\u200bb\ufeff\u{e0041}", "a\\u{200b}b\\u{feff}\\u{e0041}"],
    ["a\r\n\tb\nc", "a\n\tb\nc"],
    ["\ud800x", "\ufffdx"],
    ['Ünïcödé 日本語 👩‍👩‍👧 {a="b"} 100%', 'Ünïcödé 日本語 👩‍👩‍👧 {a="b"} 100%'],
  ])("%j", (from, to) => expect(plainText(from)).toBe(to));

  it("leaves nothing that a terminal would act on", () => {
    fc.assert(
      fc.property(text, (each) => {
        const plain = plainText(each);
        expect(plain).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
        expect(plain.isWellFormed()).toBe(true);
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });

  it.each([`${ESC}]`, `${ESC}[`, `${ESC}[3`, `${ESC}P`, "\r", "\u202e"])("a megabyte of %j takes seconds", (unit) => {
    const from = process.cpuUsage().user;
    markdownText(unit.repeat(1_000_000 / unit.length));
    expect((process.cpuUsage().user - from) / 1e6).toBeLessThan(5);
  });
});

describe("markdownText", () => {
  it.each([
    ["<script>a</script> &amp;", "&lt;script&gt;a&lt;/script&gt; &amp;amp;"],
    ["[a](http://evil.example)", "\\[a\\](http:&#8203;//evil.example)"],
    [
      "see www.evil.example, ask @octocat or a@b.example, #1",
      "see www&#8203;.evil.example, ask @&#8203;octocat or a@&#8203;b.example, #&#8203;1",
    ],
    ["a\n```\nb\n~~~", "a\n\\`\\`\\`\nb\n\\~\\~\\~"],
    ["# a\n- b\n+ c\n1. d\n2) e\n---\n/close", "\\# a\n\\- b\n\\+ c\n1\\. d\n2\\) e\n\\---\n\\/close"],
    ["    code\n\ttoo", "&nbsp;&nbsp;&nbsp;&nbsp;code\n&nbsp;too"],
    ["*a* _b_ ~~c~~ $d$ | e \\", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\$d\\$ \\| e \\\\"],
    [
      "spirl_agent_svid_outdated on checkout-7d4b9c6f5-x2x9q of spiffe://td.example/ns/a",
      "spirl_agent_svid_outdated on checkout-7d4b9c6f5-x2x9q of spiffe://td.example/ns/a",
    ],
    ["registry.example/a@sha256:9f86d081", "registry.example/a@sha256:9f86d081"],
  ])("%j", (from, to) => expect(markdownText(from)).toBe(to));

  it("leaves nothing that a desk would act on", () => {
    fc.assert(
      fc.property(text, (each) => {
        const shown = markdownText(each);
        const bare = shown.replace(/\\[!-/:-@[-`{-~]/g, "x");
        expect(bare).not.toMatch(/[`*[\]<>|~$\\]/);
        expect(bare).not.toMatch(/^[ \t]|^[#+=-]|^\d+[.)]|@(?!&#8203;|sha\d{3}:)|(?<!spiffe):\/\/|www\./im);
        expect(bare).not.toMatch(/&(?!amp;|lt;|gt;|nbsp;|#8203;)/);
      }),
      { numRuns: 1_000 },
    );
  });
});

it("a block ends where it should, whatever is in it", () => {
  fc.assert(
    fc.property(text, (each) => {
      const lines = markdownBlock(each).split("\n");
      const fence = lines.at(-1) ?? "";
      expect(fence).toMatch(/^`{3,}$/);
      expect(lines[0]).toBe(`${fence}text`);
      expect(lines.slice(1, -1).join("\n")).toBe(plainText(each));
      expect(lines.slice(1, -1).every((line) => !line.includes(fence))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
