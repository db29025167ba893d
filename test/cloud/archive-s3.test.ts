import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArchiveBroken, ArchiveRefused } from "../../adapters/archive/address.ts";
import { bucketAt } from "../../adapters/archive/bucket.ts";
import { s3Archive } from "../../adapters/archive/s3.ts";
import type { Credentials } from "../../adapters/eks/token.ts";
import { sha256 } from "../../kernel/digest.ts";
import type { Archive } from "../../kernel/ports.ts";
import { emulated, type Ministack, startMinistack } from "../support/ministack.ts";
import { elements, form } from "./support/signed.ts";

const bucket = "evidence";
let emulator: Ministack | undefined;
/** The emulator checks signatures only of those whom it does not take for the account's root. */
let somebody: Credentials = emulated.credentials;
const asking = (credentials = somebody) =>
  bucketAt(bucket, () => ({ region: emulated.region, credentials, endpoint: emulator?.endpoint ?? "" }));
const archive = (prefix = ""): Archive => s3Archive(asking(), prefix);

beforeAll(async () => {
  emulator = await startMinistack({ iam: true });
  const { endpoint } = emulator;
  // Without a key, it is the bucket itself that is put.
  const { status } = await asking(emulated.credentials)({ method: "PUT", key: "", sha256: sha256("") });
  if (status !== 200) throw new Error(`the bucket was not made: ${status}`);
  const user = { Version: "2010-05-08", UserName: "somebody" };
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
  await form(endpoint, "iam", { Action: "CreateUser", ...user });
  await form(endpoint, "iam", { Action: "PutUserPolicy", ...user, PolicyName: "s3", PolicyDocument: JSON.stringify(everything) });
  const made = await form(endpoint, "iam", { Action: "CreateAccessKey", ...user });
  const [accessKeyId = "", secretAccessKey = ""] = ["AccessKeyId", "SecretAccessKey"].flatMap((name) => elements(made, name));
  somebody = { accessKeyId, secretAccessKey };
}, 600_000);
afterAll(() => emulator?.stop());

describe("the archive in a bucket of the emulator", () => {
  it.each([
    ["text", "evidence ü"],
    ["nothing", ""],
    ["bytes", new Uint8Array([0, 255, 10, 13, 128])],
    ["many", new Uint8Array(8 * 1024 * 1024).fill(7)],
  ])("takes %s, and gives it back", async (_what, bytes) => {
    const address = await archive().put(bytes, "evidence");
    expect(address).toBe(sha256(bytes));
    expect(Buffer.from(await archive().get(address)).equals(Buffer.from(bytes))).toBe(true);
  });

  it("takes the same again, twenty times at once", async () => {
    const addresses = await Promise.all(Array.from({ length: 20 }, () => archive("v1/").put("same", "body")));
    expect(new Set(addresses)).toEqual(new Set([sha256("same")]));
  });

  it("has its checksum checked", async () => {
    const headers = { "x-amz-checksum-sha256": Buffer.from(sha256("something else"), "hex").toString("base64") };
    expect(await asking()({ method: "PUT", key: "ab/abc", sha256: sha256("this"), body: "this", headers })).toMatchObject({ status: 400 });
  });

  it("says what is not there, and who may not ask", async () => {
    await expect(archive().get(sha256("never put"))).rejects.toThrow(ArchiveBroken);
    const stranger = s3Archive(asking({ ...somebody, secretAccessKey: "guessed" }));
    await expect(stranger.put("forged", "evidence")).rejects.toThrow(
      new ArchiveRefused("the archive refused it: SignatureDoesNotMatch (403)"),
    );
    await expect(archive().get(sha256("forged"))).rejects.toThrow(/nothing is archived/);
  });
});
