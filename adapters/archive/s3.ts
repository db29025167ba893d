import { sha256 } from "../../kernel/digest.ts";
import { type Archive, Unreachable } from "../../kernel/ports.ts";
import { ArchiveMissing, ArchiveRefused, checked, placeOf } from "./address.ts";
import { type Answered, type Bucket, passes } from "./bucket.ts";

/**
 * The archive in a bucket (with object lock, where the bucket has it). Each object is put once, on condition that it is not there, with its
 * SHA-256 checked by S3; that it is there already is as good. `get` rejects with `ArchiveBroken` where there is nothing, or something else.
 */
export function s3Archive(ask: Bucket, prefix = ""): Archive {
  const keyOf = (address: string) => `${prefix}${placeOf(address)}`;
  return {
    put: async (bytes, kind) => {
      const address = sha256(bytes);
      const headers = {
        "content-type": "application/octet-stream",
        "if-none-match": "*",
        "x-amz-checksum-sha256": Buffer.from(address, "hex").toString("base64"),
        "x-amz-meta-kind": kind,
      };
      const answer = await ask({ method: "PUT", key: keyOf(address), sha256: address, headers, body: bytes });
      // 412: it is there.
      if (answer.status !== 200 && answer.status !== 412) throw failed(answer);
      return address;
    },
    get: async (address) => {
      const answer = await ask({ method: "GET", key: keyOf(address), sha256: sha256("") });
      if (answer.code === "NoSuchKey") throw new ArchiveMissing(address);
      if (answer.status !== 200) throw failed(answer);
      return checked(answer.body, address);
    },
  };
}

function failed(answer: Answered): Error {
  const says = `${answer.code || "no reason given"} (${answer.status})`;
  return passes(answer) ? new Unreachable(`the archive is in trouble: ${says}`) : new ArchiveRefused(`the archive refused it: ${says}`);
}
