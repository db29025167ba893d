import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { sha256 } from "../../kernel/digest.ts";
import type { Archive } from "../../kernel/ports.ts";
import type { Sha256 } from "../../kernel/types/index.ts";
import { ArchiveBroken, checked, placeOf } from "./address.ts";

/**
 * The archive in a bucket (with object lock, where the bucket has it). Each object is put once, on condition that it is not there, with its
 * SHA-256 checked by S3; that it is there already is as good. `get` rejects with `ArchiveBroken` where there is nothing, or something else.
 */
export function s3Archive(client: S3Client, bucket: string, prefix = ""): Archive {
  const keyOf = (address: string) => `${prefix}${placeOf(address)}`;
  return {
    put: async (bytes, kind) => {
      const address = sha256(bytes);
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(address),
        Body: bytes,
        ChecksumSHA256: Buffer.from(address, "hex").toString("base64"),
        IfNoneMatch: "*",
        Metadata: { kind },
      });
      await putOnce(() => client.send(put));
      return address;
    },
    get: async (address) => checked(await bodyOf(client, bucket, keyOf(address), address), address),
  };
}

/** 412: it is there. 409: another put of the same object is under way, and may yet fail, so ask again. */
async function putOnce(put: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await put();
      return;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412) return;
      if (status !== 409 || attempt === 3) throw error;
    }
  }
}

async function bodyOf(client: S3Client, bucket: string, key: string, address: Sha256): Promise<Uint8Array> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" }));
    if (Body) return await Body.transformToByteArray();
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
  }
  throw new ArchiveBroken(`nothing is archived under ${address}`);
}
