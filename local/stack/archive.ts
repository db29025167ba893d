import { ArchiveRefused, placeOf } from "../../adapters/archive/address.ts";
import { bucketAt } from "../../adapters/archive/bucket.ts";
import type { ArchiveReading } from "../../adapters/archive/reading.ts";
import { s3Archive } from "../../adapters/archive/s3.ts";
import type { Credentials } from "../../adapters/sigv4/sign.ts";
import type { Archive } from "../../kernel/ports.ts";
import type { Stack } from "./stack.ts";

/** A person's line is slower than a function's, and a person waits. */
const timeoutSeconds = 30;

/** A stack's archive, as whoever types. Nothing is asked of AWS before something is wanted of it. */
export function archiveOf({ account, variable }: Stack): ArchiveReading {
  const { region, endpoint } = account;
  let credentials: Credentials;
  let archive: Archive | undefined;
  const place = () => ({ region, credentials, ...(endpoint ? { endpoint } : {}) });
  return {
    get: async (address) => {
      const name = await variable("archive");
      credentials = await account.credentials();
      archive ??= s3Archive(bucketAt(name, place, { timeoutSeconds, random: Math.random }));
      return archive.get(address).catch((error: unknown) => {
        throw error instanceof ArchiveRefused && error.message.includes("AccessDenied")
          ? new ArchiveRefused(`${error.message}${hint}`)
          : error;
      });
    },
    whereIs: async (address) => `s3://${await variable("archive")}/${placeOf(address)}`,
  };
}

const hint = ": the stack's output Auditor is the policy that lets people read it";
