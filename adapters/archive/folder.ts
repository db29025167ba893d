import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../kernel/digest.ts";
import type { Archive } from "../../kernel/ports.ts";
import { ArchiveMissing, checked, placeOf } from "./address.ts";
import { writeDurably } from "./durable.ts";
import type { ArchiveReading } from "./reading.ts";

/** The archive in a folder, a file for each address. `get` rejects with `ArchiveBroken` where there is nothing, or something else. */
export function folderArchive(folder: string): Archive {
  const pathOf = (address: string) => join(folder, placeOf(address));
  return {
    put: async (bytes) => {
      const address = sha256(bytes);
      const path = pathOf(address);
      if (!(await exists(path))) await writeDurably(path, bytes);
      return address;
    },
    get: async (address) => {
      const bytes = await readFile(pathOf(address)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") throw new ArchiveMissing(address);
        throw error;
      });
      return checked(bytes, address);
    },
  };
}

/** The same, to look at. */
export const readFolder = (folder: string): ArchiveReading => ({
  get: folderArchive(folder).get,
  whereIs: async (address) => join(folder, placeOf(address)),
});

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
