import { readFileSync } from "node:fs";
import { UsageError } from "./mistakes.ts";

/** The text of a file that was named on the command line. Throws `UsageError` where it cannot be read. */
export function textOfFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw notRead(file, error);
  }
}

export const notRead = (file: string, error: unknown): UsageError =>
  new UsageError(`${file} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown"})`);
