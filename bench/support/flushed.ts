import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Writes the text into a new file and flushes it to the disk: milliseconds. The least that "durable" can cost there. */
export function flushed(folder: string, text: string): number {
  const path = join(folder, "plain");
  const began = performance.now();
  const file = openSync(path, "wx");
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  const took = performance.now() - began;
  rmSync(path);
  return took;
}
