import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../../adapters/policy/parse.ts";
import { cli } from "../commands/support.ts";

const pages = ["README.md", ...globSync("docs/how-to/*.md")].map((file) => [file, readFileSync(file, "utf8")] as const);
const blocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text = ""]) => text);

/** A command of ours as it is written, without what is around it. */
const commands = pages.flatMap(([file, page]) =>
  blocks(page, "sh").flatMap((block) =>
    [...block.matchAll(/^npx remediator ([^\n#>]+)/gm)].map(([, line = ""]) => [`${file}: ${line.trim()}`, line.trim()] as const),
  ),
);
const words = (line: string): readonly string[] => line.replaceAll(/"[^"]*"/g, "TEXT").split(/\s+/);

describe("what the pages tell people to type", () => {
  it("is seen by this test", () => expect(commands.length).toBeGreaterThan(15));

  it.each(commands)("is known: %s", async (_, line) => {
    const typed = words(line);
    const path = typed[0] === "token" || typed[0] === "audit" ? typed.slice(0, 2) : typed.slice(0, 1);
    const { code, out } = await cli(...path, "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: remediator ${path.join(" ")} `);
    for (const flag of typed.filter((word) => word.startsWith("--") && word !== "--help")) expect(out).toContain(`${flag} `);
  });

  it("leaves no token and no stack's outputs behind that could be committed", () => {
    const made = pages.flatMap(([, page]) => [...page.matchAll(/--outputs-file (\S+)|remediator token [^\n]*> (\S+)/g)]);
    const files = [...new Set(made.map(([, outputs, token]) => outputs ?? token))];
    expect(files).toEqual(expect.arrayContaining(["outputs.json", "remediator-token"]));
    const ignored = readFileSync(".gitignore", "utf8").split("\n");
    expect(files.filter((file) => !ignored.includes(file ?? ""))).toEqual([]);
  });

  it.each(pages.flatMap(([file, page]) => blocks(page, "yaml").map((text) => [file, text] as const)))(
    "is a policy that is taken: %s",
    (file, text) => {
      expect(parsePolicy(text, { file }).version).toMatch(/^[0-9a-f]{64}$/);
    },
  );
});
