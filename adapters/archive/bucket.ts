import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { SignatureV4 } from "@smithy/signature-v4";
import { Unreachable } from "../../kernel/ports.ts";
import { agentFor, exchange } from "../http/exchange.ts";
import type { Service } from "../sigv4/send.ts";
import { Sha256 } from "../sigv4/sha256.ts";
import { brokenBy, codeOf } from "../world/status.ts";

/** One request about one object. `sha256` is that of the body, in hexadecimal. */
export interface Asked {
  readonly method: "GET" | "PUT";
  readonly key: string;
  readonly sha256: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}
/** `code` is the error's, such as `NoSuchKey`; empty where there is none. */
export interface Answered {
  readonly status: number;
  readonly code: string;
  readonly body: Uint8Array;
}
export type Bucket = (asked: Asked) => Promise<Answered>;

export interface Patience {
  /** For one attempt, with all that is sent and read. */
  readonly timeoutSeconds: number;
  /** From 0 up to 1: who was refused together shall not come again together. */
  readonly random: () => number;
}

const server = "the archive";
const attempts = 4;
const firstWaitMs = 100;

/** A bucket is a host of its own; at an endpoint, such as an emulator's, it is in the path. */
export const addressOf = (name: string, { region, endpoint }: Omit<Service, "credentials">): URL =>
  new URL(endpoint ? `${endpoint.replace(/\/+$/, "")}/${name}` : `https://${name}.s3.${region}.amazonaws.com`);

/**
 * A bucket by signed requests: putting and getting small objects is all that is wanted of it, and S3's own client would be a fifth of Decide. What
 * passes by itself is asked again after growing, random waits. Rejects with `Unreachable` where no answer came; every other answer is the caller's.
 */
export function bucketAt(
  name: string,
  place: () => Service,
  { timeoutSeconds, random }: Patience = { timeoutSeconds: 5, random: Math.random },
): Bucket {
  const at = addressOf(name, place());
  const agent = agentFor(at, {});

  const once = async ({ method, key, sha256, headers = {}, body }: Asked): Promise<Answered> => {
    const path = `${at.pathname.replace(/\/+$/, "")}/${key}`;
    const { host, protocol, hostname } = at;
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const { region, credentials } = place();
    const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false });
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      path,
      query: {},
      headers: { host, ...headers, ...length, "x-amz-content-sha256": sha256 },
    });
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const reply = await exchange(at, { method, path, headers: signed.headers, body }, { agent, signal });
      const bytes = await buffer(reply);
      const status = reply.statusCode ?? 0;
      return { status, code: status < 300 ? "" : errorIn(bytes), body: bytes };
    } catch (thrown) {
      throw new Unreachable(brokenBy(server, codeOf(signal.aborted ? signal.reason : thrown), timeoutSeconds));
    }
  };
  return (asked) => patiently(() => once(asked), random);
}

async function patiently(once: () => Promise<Answered>, random: Patience["random"]): Promise<Answered> {
  for (let attempt = 1; ; attempt++) {
    const last = attempt === attempts;
    try {
      const answer = await once();
      if (last || !passes(answer)) return answer;
    } catch (error) {
      if (last || !(error instanceof Unreachable)) throw error;
    }
    await wait(random() * firstWaitMs * 2 ** attempt);
  }
}

/** S3 is in trouble, is asked too much, waited too long for us, or has another request about the same object under way. */
export const passes = ({ status, code }: Answered): boolean =>
  status >= 500 || status === 429 || status === 409 || code === "RequestTimeout";

const errorIn = (xml: Uint8Array): string => /<Code>(\w{1,60})<\/Code>/.exec(Buffer.from(xml).toString("utf8").slice(0, 10_000))?.[1] ?? "";
