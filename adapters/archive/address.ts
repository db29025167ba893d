import { sha256 } from "../../kernel/digest.ts";
import type { Sha256 } from "../../kernel/types/index.ts";

/** What is asked for is not there, or is not what its address says. */
export class ArchiveBroken extends Error {
  override readonly name = "ArchiveBroken";
}

/** Nothing is there. */
export class ArchiveMissing extends ArchiveBroken {
  constructor(address: string) {
    super(`nothing is archived under ${address}`);
  }
}

/** S3 does not do it for us, by its own words. */
export class ArchiveRefused extends Error {
  override readonly name = "ArchiveRefused";
}

/** `ab/abcd...`, so that no folder gets too large. Anything but an address is refused: it could lead out of the archive. */
export function placeOf(address: string): string {
  if (!/^[0-9a-f]{64}$/.test(address)) throw new ArchiveBroken("this is not an address of the archive");
  return `${address.slice(0, 2)}/${address}`;
}

/** The bytes, if they are those that were put there. */
export function checked(bytes: Uint8Array, address: Sha256): Uint8Array {
  if (sha256(bytes) !== address) throw new ArchiveBroken(`what is archived under ${address} was changed`);
  return bytes;
}
