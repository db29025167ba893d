import { type Archive, Unreachable } from "../../kernel/ports.ts";
import type { Sha256 } from "../../kernel/types/index.ts";
import { ArchiveBroken, ArchiveMissing, ArchiveRefused } from "./address.ts";

/** The archive, to look at. */
export interface ArchiveReading extends Pick<Archive, "get"> {
  /** Where a person finds it: a file, or an object of S3. */
  whereIs(address: Sha256): Promise<string>;
}

/** What became of something archived. `changed`: it is not what its address says. `unread`: nobody can tell, for it cannot be had now. */
export type Found =
  | { readonly is: "whole"; readonly bytes: Uint8Array }
  | { readonly is: "missing" | "changed" | "unread"; readonly says: string };

/** Rejects only where the program is at fault. */
export async function keptAt(archive: Pick<Archive, "get">, address: Sha256): Promise<Found> {
  try {
    return { is: "whole", bytes: await archive.get(address) };
  } catch (error) {
    if (error instanceof ArchiveBroken) return { is: error instanceof ArchiveMissing ? "missing" : "changed", says: error.message };
    if (error instanceof ArchiveRefused || error instanceof Unreachable) return { is: "unread", says: error.message };
    if (error instanceof Error && "syscall" in error) return { is: "unread", says: `the archive cannot be read: ${error.message}` };
    throw error;
  }
}
