import { createHash, createHmac } from "node:crypto";
import type { Seen } from "../unit/adapters/server.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

export interface Signature {
  /** As it came. */
  readonly given: string;
  /** As the documentation of AWS has it, for what the request says was signed. */
  readonly right: string;
  /** `<key id>/<date>/<region>/<service>/aws4_request`. */
  readonly scope: string;
  readonly headers: readonly string[];
}

/** The signature of a request that was seen. Its query must stand in it as signatures have it, or it is not right. */
export function signatureOf({ method, url, headers, body }: Seen, secretAccessKey: string): Signature {
  const said = /Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)/.exec(headers.authorization ?? "");
  const [, scope = "", names = "", given = ""] = said ?? [];
  const [path = "", query = ""] = url.split("?");
  const lines = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const request = [method, path, query.split("&").sort().join("&"), lines.join(""), names, digest(body)].join("\n");
  const parts = scope.split("/").slice(1);
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], parts.join("/"), digest(request)].join("\n");
  const key = parts.reduce<string | Buffer>((sum, part) => hmac(sum, part), `AWS4${secretAccessKey}`);
  return { given, right: createHmac("sha256", key).update(toSign).digest("hex"), scope, headers: names.split(";") };
}
