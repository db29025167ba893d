import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Bundled } from "./bundles.ts";

/** Milliseconds: to the end of the import, to the first question to the outside, and that with Node's own start. */
export interface Start {
  readonly imported: number;
  readonly ready: number;
  readonly whole: number;
}

/** Starts a bundle in a process of its own, without a network. Throws where it does not get as far as a question to the outside. */
export function start({ name, file, event, budget }: Bundled, env: NodeJS.ProcessEnv): Start {
  const child = join(import.meta.dirname, "ready.mjs");
  const connects = budget === undefined ? "no" : "yes";
  const { status, stdout, stderr } = spawnSync(process.execPath, [child, file, "handler", JSON.stringify(event), connects], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name} did not get as far as a question to the outside: ${stderr}${stdout}`);
  const { began, imported, ready } = JSON.parse(stdout.slice(stdout.lastIndexOf("{"))) as Record<"began" | "imported" | "ready", number>;
  return { imported: imported - began, ready: ready - began, whole: ready };
}
