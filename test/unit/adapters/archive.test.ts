import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, describe, expect, test } from "vitest";
import { ArchiveBroken } from "../../../adapters/archive/address.ts";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { s3Archive } from "../../../adapters/archive/s3.ts";
import { sha256 } from "../../../kernel/digest.ts";
import type { Sha256 } from "../../../kernel/types/index.ts";
import { inTurn, type Play, reset, serve } from "./server.ts";

const root = mkdtempSync(join(tmpdir(), "archive-"));
afterAll(() => rmSync(root, { recursive: true }));
const folderOf = (name: string) => join(root, name);

describe("the archive in a folder", () => {
  test("gives back what was put, under its SHA-256, text and bytes alike", async () => {
    const archive = folderArchive(folderOf("a"));
    const address = await archive.put("evidence", "evidence");
    expect(address).toBe(sha256("evidence"));
    expect(await archive.put(new TextEncoder().encode("evidence"), "body")).toBe(address);
    expect(new TextDecoder().decode(await archive.get(address))).toBe("evidence");
  });

  test("is only the owner's, and leaves no drafts", async () => {
    const folder = folderOf("b");
    const address = await folderArchive(folder).put("x", "evidence");
    expect(statSync(join(folder, address.slice(0, 2), address)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, address.slice(0, 2)))).toEqual([address]);
  });

  test("takes twenty equal puts at once", async () => {
    const archive = folderArchive(folderOf("c"));
    const addresses = await Promise.all(Array.from({ length: 20 }, () => archive.put("same", "evidence")));
    expect(new Set(addresses).size).toBe(1);
    expect(Buffer.from(await archive.get(addresses[0] as Sha256)).toString()).toBe("same");
  });

  test("writes once: what is there is not touched", async () => {
    const folder = folderOf("d");
    const archive = folderArchive(folder);
    const address = await archive.put("first", "evidence");
    const file = join(folder, address.slice(0, 2), address);
    chmodSync(file, 0o400);
    const { mtimeNs } = statSync(file, { bigint: true });
    await archive.put("first", "evidence");
    expect(statSync(file, { bigint: true }).mtimeNs).toBe(mtimeNs);
  });

  test("rejects what was changed, what is not there, and what is no address", async () => {
    const folder = folderOf("e");
    const archive = folderArchive(folder);
    const address = await archive.put("true", "evidence");
    writeFileSync(join(folder, address.slice(0, 2), address), "false");
    await expect(archive.get(address)).rejects.toThrow(new ArchiveBroken(`what is archived under ${address} was changed`));
    await expect(archive.get(sha256("never put"))).rejects.toThrow(/nothing is archived/);
    await expect(archive.get("../../etc/passwd" as Sha256)).rejects.toThrow(/not an address/);
  });
});

describe("the archive in a bucket", () => {
  const error =
    (code: number, name: string): Play =>
    (_seen, response) =>
      response.writeHead(code, { "content-type": "application/xml" }).end(`<Error><Code>${name}</Code><Message>m</Message></Error>`);
  const stored: Play = (_seen, response) => response.writeHead(200, { etag: '"e"' }).end();
  const bucket = async (play: Play) => {
    const { url, seen } = await serve(play);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new S3Client({ endpoint: url, region: "eu-west-1", forcePathStyle: true, credentials, maxAttempts: 1 });
    return { archive: s3Archive(client, "bucket", "v1/"), seen };
  };
  const address = sha256("evidence");

  test("puts once, under its address, with its checksum, and only where nothing is", async () => {
    const { archive, seen } = await bucket(stored);
    expect(await archive.put("evidence", "evidence")).toBe(address);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.url).toBe(`/bucket/v1/${address.slice(0, 2)}/${address}?x-id=PutObject`);
    // S3 refuses two checksums of one object.
    expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => name.startsWith("x-amz-checksum-"))).toEqual(["x-amz-checksum-sha256"]);
    expect(seen[0]?.headers).toMatchObject({
      "if-none-match": "*",
      "x-amz-checksum-sha256": Buffer.from(address, "hex").toString("base64"),
      "x-amz-meta-kind": "evidence",
    });
  });

  test("is content where it is there already, and asks again while another put is under way", async () => {
    expect(await (await bucket(error(412, "PreconditionFailed"))).archive.put("evidence", "evidence")).toBe(address);
    const { archive, seen } = await bucket(inTurn(error(409, "ConditionalRequestConflict"), stored));
    expect(await archive.put("evidence", "evidence")).toBe(address);
    expect(seen).toHaveLength(2);
  });

  test.each<[string, Play]>([
    ["denied", error(403, "AccessDenied")],
    ["a conflict that stays", error(409, "ConditionalRequestConflict")],
    ["a reset", reset],
  ])("rejects after %s", async (_what, play) => {
    await expect((await bucket(play)).archive.put("evidence", "evidence")).rejects.toThrow();
  });

  test("gives back only what its address says", async () => {
    const body =
      (text: string): Play =>
      (_seen, response) =>
        response.writeHead(200).end(text);
    expect(new TextDecoder().decode(await (await bucket(body("evidence"))).archive.get(address))).toBe("evidence");
    await expect((await bucket(body("forged"))).archive.get(address)).rejects.toThrow(ArchiveBroken);
    await expect((await bucket(error(404, "NoSuchKey"))).archive.get(address)).rejects.toThrow(/nothing is archived/);
  });
});
