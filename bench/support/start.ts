import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Bundled } from "./bundles.ts";

interface Moment {
  readonly clock: number;
  readonly processor: number;
}
/** Milliseconds from the import to the first question to the outside, and the same with Node's own start; on the clock, and of the processor. */
export interface Start {
  readonly ready: number;
  readonly readyProcessor: number;
  readonly whole: number;
  readonly wholeProcessor: number;
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
  const { began, ready } = JSON.parse(stdout.split("\n").at(-1) ?? "") as Record<"began" | "ready", Moment>;
  return {
    ready: ready.clock - began.clock,
    readyProcessor: ready.processor - began.processor,
    whole: ready.clock,
    wholeProcessor: ready.processor,
  };
}
