/** A mistake of whoever typed the command: said in a line, without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** No answer came, so that nothing can be said: a line, too, and another exit code. */
export class CannotTell extends Error {
  override readonly name = "CannotTell";
}

/** By name, for the modules of these errors load the Kubernetes client, which takes longer than saying what is wrong. */
const known = new Set(["UsageError", "CannotTell", "BadAccess", "PolicyError", "Taken", "Unreachable"]);
/** What the machine says about files and folders that were named on the command line. */
const aboutFiles = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EEXIST", "EACCES", "EPERM", "EROFS", "ENOSPC", "ENAMETOOLONG", "ELOOP"]);

/** The sentence for whoever typed the command; undefined where the program itself is at fault, and its stack is wanted. */
export function mistake(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (known.has(error.name)) return error.message;
  const { code, port } = error as { readonly code?: unknown; readonly port?: unknown };
  if (code === "EADDRINUSE") return `port ${String(port)} is taken: give another with --port (0: any that is free)`;
  if (isOfDatabase(error)) return `the ledger cannot be used: ${error.message}`;
  return typeof code === "string" && aboutFiles.has(code) ? error.message : undefined;
}

/** SQLite's own word: not a database, cannot be opened, read-only, damaged. */
export const isOfDatabase = (error: Error): boolean => "errcode" in error;
