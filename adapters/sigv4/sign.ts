import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "./sha256.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
export interface Signing {
  /** As signatures call it: `sts`, `eks`, `aps`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly now: Date;
}
export interface Unsigned {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The headers with which the request goes: its own, and those of the signature. `host` is signed, and left for whoever sends it to say. */
export async function signed({ method, url, headers = {}, body }: Unsigned, { now, ...as }: Signing): Promise<Record<string, string>> {
  const { protocol, hostname, port, host, pathname: path, searchParams } = url;
  const query = Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]));
  const request = await new SignatureV4({ ...as, sha256: Sha256, applyChecksum: false }).sign(
    {
      method,
      protocol,
      hostname,
      ...(port ? { port: Number(port) } : {}),
      path,
      query,
      headers: { ...headers, host },
      ...(body === undefined ? {} : { body }),
    },
    { signingDate: now },
  );
  const { host: _, ...rest } = request.headers;
  return rest;
}

/** Where a service of AWS is asked, by its region's partition. */
export const serviceHost = (service: string, region: string): string =>
  `${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/** A query as signatures have it (RFC 3986): a space is `%20`, and nothing is left for the two sides to read in two ways. */
export const plainQuery = (parameters: URLSearchParams): string =>
  [...parameters].map(([key, value]) => `${escaped(key)}=${escaped(value)}`).join("&");
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
