import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Another process runs the incidents of this data folder. */
export class Taken extends Error {
  override readonly name = "Taken";
}

/** One process at a time runs a folder's incidents. What a killed one left behind is taken over. Gives what frees it. */
export function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      const file = openSync(path, "wx", 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = Number(readFileSync(path, "utf8"));
      if (pid > 0 && pid !== process.pid && alive(pid))
        throw new Taken(`process ${pid} is already running with this data folder; give this one another (--data)`);
      rmSync(path, { force: true });
    }
  }
}

/** The process that runs the folder now; undefined where none does. */
export function heldBy(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return pid > 0 && alive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
