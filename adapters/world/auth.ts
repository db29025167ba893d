import * as z from "zod/mini";
import { parsed } from "../../kernel/json.ts";
import { type Credentials, signed } from "../sigv4/sign.ts";
import { type Auth, authorization, NoCredentials } from "./endpoint.ts";

/** Gives a secret's text. Rejects with an error that shows nothing of it. */
export type Secret = () => Promise<string>;

/** As RFC 6750 has it, and the colon that some senders put between a name and a key. */
const token = /^[A-Za-z0-9._~+/:-]+=*$/;

/** The whole text is the token; a line's end after it does not count. */
export const bearerFrom =
  (secret: Secret): Auth =>
  async () => {
    const bearer = (await had(secret)).trim();
    if (!token.test(bearer)) throw new NoCredentials("the secret for a bearer token holds something else: its text must be the token");
    return { authorization: authorization({ bearer }) };
  };

const pair = z.object({ username: z.string().check(z.regex(/^[^:]*$/)), password: z.string() });

/** `{"username": ..., "password": ...}`, as Secrets Manager itself writes such pairs. */
export const basicFrom =
  (secret: Secret): Auth =>
  async () => {
    const read = pair.safeParse(parsed(await had(secret)));
    if (!read.success)
      throw new NoCredentials('the secret for a name and a password holds something else: it must be {"username": ..., "password": ...}');
    return { authorization: authorization(read.data) };
  };

export interface Signer {
  readonly service: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
/** Each request is signed by itself (AWS, Signature Version 4). */
export const signing =
  ({ service, region, credentials, now }: Signer): Auth =>
  async (asking) =>
    signed(asking, { service, region, credentials: await credentials(), now: new Date(now()) });

async function had(secret: Secret): Promise<string> {
  try {
    return await secret();
  } catch (thrown) {
    throw new NoCredentials(thrown instanceof Error ? thrown.message : "the secret cannot be read");
  }
}
