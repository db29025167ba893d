import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolder } from "./places.ts";

/** Another process runs the incidents of this data folder. */
export class Taken extends Error {
  override readonly name = "Taken";
}

/** The lock itself is the operating system's, by way of SQLite: it goes with its process, however that ends. The file at `path` says who has it. */
const fileOf = (path: string): string => `${path}.db`;
/** Whoever only looks holds it for a moment, too. */
const patienceMs = 500;
const busy = 5;
/** Those that this process has: a connection that nobody holds is closed when memory is cleared, and its lock is gone with it. */
const ours = new Set<DatabaseSync>();

/** One process at a time runs a folder's incidents. Gives what frees it; throws `Taken` where another has it. */
export function takeLock(path: string): () => void {
  makeFolder(dirname(path));
  const lock = new DatabaseSync(fileOf(path), { timeout: patienceMs });
  if (!held(() => lock.exec("BEGIN EXCLUSIVE"))) {
    ours.add(lock);
    writeFileSync(path, String(process.pid), { mode: 0o600 });
    return () => {
      rmSync(path, { force: true });
      ours.delete(lock);
      lock.close();
    };
  }
  lock.close();
  const by = pidIn(path);
  throw new Taken(`${by ? `process ${by}` : "another process"} is already running with this data folder; give this one another (--data)`);
}

/** The process that runs the folder now; undefined where none does. */
export function heldBy(path: string): number | undefined {
  if (!existsSync(fileOf(path))) return undefined;
  const lock = new DatabaseSync(fileOf(path), { timeout: 0 });
  try {
    return held(() => lock.exec("SELECT count(*) FROM sqlite_schema")) ? pidIn(path) : undefined;
  } finally {
    lock.close();
  }
}

/** Whether somebody else has it. */
function held(attempt: () => void): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return true;
    throw error;
  }
}

function pidIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}
