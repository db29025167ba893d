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
  // And what it is called, and of which version.
  local: [/^(kernel|runbook|adapters|lambdas|lib|local)\//, /^package\.json$/],
  bin: [/^(kernel|runbook|adapters|lambdas|lib|local|bin)\//],
  // What an operator installs follows from declarations and the policy alone; a benchmark may use whatever it measures, and what the tests have the outside played by.
  ops: [/^ops\//, /^kernel\/types\//, /^adapters\/policy\//, /^runbook\/queries\/permissions\.ts$/, /^runbook\/remedies\//],
  bench: [/^(kernel|runbook|adapters|lambdas|lib|local|bench)\//, /^test\/(cluster\/parts|cluster\/support|support)\//],
};
/** What the pure side may import from outside: a hash, a parser of shapes, a parser of conditions. */
const packages: Readonly<Record<string, RegExp>> = {
  kernel: /^node:crypto$/,
  runbook: /^(node:crypto|zod\/mini|@bufbuild\/cel(\/.*)?)$/,
};
/** What needs no import to reach a clock, chance, the environment or the network; of `fetch` and its like a call, not a method of that name. */
const reaching =
  /Date\.now\(|new Date\(\)|Math\.random|randomUUID|(?<![.\w])(?:process|performance|console|globalThis|crypto)\.|(?<![.\w])(?:fetch|setTimeout|setInterval|setImmediate|queueMicrotask|WebSocket|EventSource)\b(?!\(\w+\??: )(?!:)/;

const root = join(import.meta.dirname, "../..");
const sources = Object.keys(may).flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /(?:^|\n)\s*(?:import|export)[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"|(?:^|\n)import\s+"([^"]+)"/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
/** Without comments, which may speak of anything. */
const codeOf = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
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

  it("leaves clocks, timers, randomness, environment and network outside the pure side", () => {
    const wrong = sources.filter(
      (file) => /^(kernel|runbook)\//.test(file) && reaching.test(codeOf(readFileSync(join(root, file), "utf8"))),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    "const answer = await fetch(url);",
    "const get = fetch;",
    "setTimeout(() => go(), 5);",
    "x = performance.now()",
    "globalThis.fetch(url)",
    "if (process.env.X) go();",
    "return new Date();",
    "new WebSocket(url)",
  ])("knows such a reach: %s", (code) => expect(code).toMatch(reaching));
  it.each([
    "await world.fetch(query);",
    "  fetch(query: Query<unknown>): Promise<Observed<unknown>>;",
    "new Date(milliseconds)",
    "in process",
  ])("and what is none: %s", (code) => expect(code).not.toMatch(reaching));

  it("every source is checked by the compiler", () => {
    const { include } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as { readonly include: readonly string[] };
    const everywhere = globSync("**/*.ts", { cwd: root, exclude: ["node_modules", "cdk.out"] });
    expect(everywhere.filter((file) => !include.includes(folderOf(file)))).toEqual([]);
  });
});
