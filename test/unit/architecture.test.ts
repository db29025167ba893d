import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** What each folder may import from the others (docs/architecture.md); `lib` also knows which files of a folder it may read. */
const may: Readonly<Record<string, readonly RegExp[]>> = {
  kernel: [/^kernel\//],
  runbook: [/^(kernel|runbook)\//],
  adapters: [/^(kernel|adapters)\//],
  lambdas: [/^(kernel|runbook|adapters|lambdas)\//],
  lib: [
    /^lib\//,
    /^lambdas\/([^/]+\/)?contract\.ts$/,
    /^runbook\/remedies\//,
    /^kernel\/types\//,
    /^adapters\/policy\//,
    /^adapters\/ledger\/dynamodb\/tables\.ts$/,
  ],
  local: [/^(kernel|runbook|adapters|lambdas|lib|local)\//],
  bin: [/^(kernel|runbook|adapters|lambdas|lib|local|bin)\//],
};
/** What the pure side may import from outside: a hash, a parser of shapes, a parser of conditions. */
const packages: Readonly<Record<string, RegExp>> = {
  kernel: /^node:crypto$/,
  runbook: /^(node:crypto|zod\/mini|@marcbachmann\/cel-js|@bufbuild\/cel.*)$/,
};

const root = join(import.meta.dirname, "../..");
const sources = Object.keys(may).flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /(?:^|\n)\s*(?:import|export)[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|(?:^|\n)import\s+"([^"]+)"/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
const folderOf = (file: string) => file.split("/")[0] ?? "";

describe("the direction of imports", () => {
  it("sees the sources", () => expect(sources.length).toBeGreaterThan(60));

  it("is kept within the project", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith("."))
        .map((name) => relative(root, join(root, dirname(file), name)))
        .filter((target) => !may[folderOf(file)]?.some((allowed) => allowed.test(target)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("is kept towards packages: the pure side has no IO to reach for", () => {
    const wrong = sources.flatMap((file) => {
      const allowed = packages[folderOf(file)];
      return allowed
        ? importsOf(file).flatMap((name) => (name.startsWith(".") || allowed.test(name) ? [] : [`${file} imports ${name}`]))
        : [];
    });
    expect(wrong).toEqual([]);
  });

  it("leaves clocks, randomness, environment and the network outside the pure side", () => {
    const wrong = sources.filter(
      (file) =>
        /^(kernel|runbook)\//.test(file) &&
        /Date\.now\(|new Date\(\)|Math\.random|process\.|randomUUID|(?<!\.)\bfetch\((?!query: )|WebSocket|globalThis|setTimeout|setInterval|setImmediate/.test(
          readFileSync(join(root, file), "utf8"),
        ),
    );
    expect(wrong).toEqual([]);
  });
});
