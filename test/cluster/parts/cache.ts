import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

/** Where built and unpacked parts live: outside the tree, shared by all clones of one user. */
export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "remediator", "parts");
}

/** One line of progress, on stderr: stdout belongs to results. */
export function say(line: string): void {
  process.stderr.write(`parts: ${line}\n`);
}

/**
 * The folder of a part, made by `make` if it is not there yet. It appears whole or not at all (made aside, then renamed), so an interrupted
 * build leaves nothing half done, and of several processes one builds while the others wait for it.
 */
export async function cached(name: string, version: string, make: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheRoot();
  const id = `${name}-${version}`;
  const folder = join(root, id);
  if (existsSync(folder)) return folder;
  await mkdir(root, { recursive: true });
  const unlock = await lock(join(root, `.${id}.lock`), id);
  try {
    if (existsSync(folder)) return folder;
    await removeRemains(root, id);
    const aside = await mkdtemp(join(root, `.${id}.making-`));
    try {
      await make(aside);
      await rename(aside, folder);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
    return folder;
  } finally {
    unlock();
  }
}

/** Under the lock of a part nobody else makes it, so a folder aside is what a killed process left. */
async function removeRemains(root: string, id: string): Promise<void> {
  for (const entry of await readdir(root)) {
    if (entry.startsWith(`.${id}.making-`)) await rm(join(root, entry), { recursive: true, force: true });
  }
}

/** A lock that the kernel drops when its holder dies, however it dies: SQLite's, for Node has no flock of its own. */
async function lock(file: string, id: string): Promise<() => void> {
  const database = new DatabaseSync(file, { timeout: 0 });
  for (let told = false; ; told = true) {
    try {
      database.exec("BEGIN EXCLUSIVE");
      return () => database.close();
    } catch (error) {
      if (!(error instanceof Error) || !/locked|busy/i.test(error.message)) throw error;
      if (!told) say(`another process makes ${id}: waiting for it`);
      await wait(1000);
    }
  }
}
