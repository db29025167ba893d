/** What is about to be asked: for whoever signs it. */
export interface Asking {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly body?: string;
}
export type Auth =
  | { readonly bearer: string }
  | { readonly username: string; readonly password: string }
  /** Asked before each request, for what changes while we run: the headers that let it in. Rejects with `NoCredentials`. */
  | ((asking: Asking) => Promise<Readonly<Record<string, string>>>);

/** Where a server is and how we are let in. */
export interface Endpoint {
  /** `http(s)://host[:port][/prefix]`. */
  readonly url: string;
  readonly auth?: Auth;
  /** Such as `X-Scope-OrgID` for a tenant. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** We have nothing to be let in with; the message is for people, and holds no secret. */
export class NoCredentials extends Error {
  override readonly name = "NoCredentials";
}

/** The headers that go with a request; they must never get into a reason. Rejects with `NoCredentials`. */
export async function headersOf({ auth, headers }: Endpoint, asking: Asking): Promise<Record<string, string>> {
  if (!auth) return { ...headers };
  if (typeof auth !== "function") return { ...headers, authorization: authorization(auth) };
  try {
    return { ...headers, ...(await auth(asking)) };
  } catch (thrown) {
    if (thrown instanceof NoCredentials) throw thrown;
    throw new NoCredentials(`our credentials for ${asking.url.host} could not be had`);
  }
}

export const authorization = (auth: Exclude<Auth, (...asking: never) => unknown>): string =>
  "bearer" in auth ? `Bearer ${auth.bearer}` : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;

/** What a person calls the server: host and port, without credentials that somebody put into the URL. */
export const hostOf = ({ url }: Endpoint): string => (URL.canParse(url) ? new URL(url).host : "an address that is no URL");

export const joined = ({ url }: Endpoint, path: string): string => `${url.replace(/\/+$/, "")}${path}`;
