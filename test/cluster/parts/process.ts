import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { lastLines } from "./run.ts";

/** A program that runs beside the tests; what it prints goes to `logFile`. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Why it is not running any more; undefined while it runs. */
  readonly ended: () => string | undefined;
  /** Ends it at once and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

export interface PartOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Folder for the log, `<name>.log`. */
  readonly dir: string;
  /** The whole environment of the program. Default: PATH, and `dir` as home, so that no setting of the machine changes what it does. */
  readonly env?: Readonly<Record<string, string>>;
}

const SETPRIV = "/usr/bin/setpriv";
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function startPart({ name, command, args, dir, env }: PartOptions): Part {
  const logFile = join(dir, `${name}.log`);
  const log = openSync(logFile, "a");
  // The kernel ends the program with its parent even when that is killed; `exit` above is for machines without setpriv.
  const [program, all] = existsSync(SETPRIV) ? [SETPRIV, ["--pdeathsig", "KILL", command, ...args]] : [command, [...args]];
  const child = spawn(program, all, { cwd: dir, env: env ?? { PATH: process.env.PATH, HOME: dir }, stdio: ["ignore", log, log] });
  closeSync(log);
  running.add(child);
  let reason: string | undefined;
  const gone = new Promise<void>((resolve) => {
    const end = (why: string) => {
      reason ??= why;
      running.delete(child);
      resolve();
    };
    child.on("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    child.on("error", (error) => end(error.message));
  });
  const stop = () => {
    child.kill("SIGKILL");
    return gone;
  };
  return { name, pid: child.pid ?? 0, logFile, ended: () => reason, stop };
}

/** Resolves when `probe` gives true. A part that ends before, or takes longer, is an error with the last lines of its log. */
export async function untilReady(part: Part, seconds: number, probe: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await probe().catch(() => false))) {
    const late = performance.now() > deadline;
    if (late || part.ended() !== undefined) {
      const why = part.ended() === undefined ? `was not ready after ${seconds} s` : `ended (${part.ended()})`;
      throw new Error(`${part.name} ${why}; the end of ${part.logFile}:\n${lastLines(readFileSync(part.logFile, "utf8"))}`);
    }
    await wait(50);
  }
}

/** Resolves when `probe` gives true; else an error that says what did not happen. */
export async function until(what: string, seconds: number, probe: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`after ${seconds} s still not: ${what}`);
    await wait(50);
  }
}

/**
 * Loopback ports that nobody listens on, all different: they are held together until the last one is found. They are below those that the kernel
 * gives to outgoing connections and to whoever asks for any, lest one is taken before its part listens.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  while (held.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = await hold(port);
    if (server) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  return [...held.keys()];
}

/** Undefined where somebody listens there already. */
function hold(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
