import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ArchiveBroken, ArchiveRefused } from "../../../adapters/archive/address.ts";
import { addressOf, bucketAt } from "../../../adapters/archive/bucket.ts";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { s3Archive } from "../../../adapters/archive/s3.ts";
import { sha256 } from "../../../kernel/digest.ts";
import { Unreachable } from "../../../kernel/ports.ts";
import type { Sha256 } from "../../../kernel/types/index.ts";
import { inTurn, type Play, reset, resetHalfway, serve, silent } from "./server.ts";

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
  const bucket = async (play: Play, timeoutSeconds = 5) => {
    const { url, seen } = await serve(play);
    const here = { region: "eu-west-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, endpoint: url };
    return {
      archive: s3Archive(
        bucketAt("bucket", () => here, { timeoutSeconds, random: () => 0 }),
        "v1/",
      ),
      seen,
    };
  };
  const address = sha256("evidence");

  test("puts once, under its address, with its checksum, and only where nothing is", async () => {
    const { archive, seen } = await bucket(stored);
    expect(await archive.put("evidence", "evidence")).toBe(address);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.url).toBe(`/bucket/v1/${address.slice(0, 2)}/${address}`);
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

  test.each<[string, Play]>([
    ["too much is asked", error(503, "SlowDown")],
    ["S3 is in trouble", error(500, "InternalError")],
    ["S3 waited too long for us", error(400, "RequestTimeout")],
    ["the connection breaks", reset],
    ["the answer breaks off", resetHalfway],
  ])("asks again where %s", async (_what, trouble) => {
    const { archive, seen } = await bucket(inTurn(trouble, stored));
    expect(await archive.put("evidence", "evidence")).toBe(address);
    expect(seen).toHaveLength(2);
    expect(seen[0]?.headers["x-amz-content-sha256"]).toBe(address);
  });

  test("asks four times, and then says that it passes by itself", async () => {
    for (const play of [error(503, "SlowDown"), reset]) {
      const { archive, seen } = await bucket(play);
      await expect(archive.put("evidence", "evidence")).rejects.toThrow(Unreachable);
      expect(seen).toHaveLength(4);
    }
    const { archive, seen } = await bucket(silent, 0.05);
    await expect(archive.get(address)).rejects.toThrow(new Unreachable("the archive gave no answer within 0.05 s"));
    expect(seen).toHaveLength(4);
  });

  test("asks once where it may not, and says nothing of what S3 says but the error's name", async () => {
    const { archive, seen } = await bucket(error(403, "AccessDenied"));
    await expect(archive.put("evidence", "evidence")).rejects.toThrow(new ArchiveRefused("the archive refused it: AccessDenied (403)"));
    expect(seen).toHaveLength(1);
    const page: Play = (_seen, response) => response.writeHead(404).end("<html>not S3</html>");
    await expect((await bucket(page)).archive.get(address)).rejects.toThrow(
      new ArchiveRefused("the archive refused it: no reason given (404)"),
    );
  });

  test("is a host of its own on AWS, and in the path of an endpoint", () => {
    expect(String(addressOf("b", { region: "eu-west-1" }))).toBe("https://b.s3.eu-west-1.amazonaws.com/");
    expect(String(addressOf("b", { region: "eu-west-1", endpoint: "http://127.0.0.1:4566/" }))).toBe("http://127.0.0.1:4566/b");
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
