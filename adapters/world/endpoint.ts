/** Where a server is and how we are let in. */
export interface Endpoint {
  /** `http(s)://host[:port][/prefix]`. */
  readonly url: string;
  readonly auth?: { readonly bearer: string } | { readonly username: string; readonly password: string };
  /** Such as `X-Scope-OrgID` for a tenant. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** The headers that go with every request; they must never get into a reason. */
export function headersOf({ auth, headers }: Endpoint): Record<string, string> {
  if (!auth) return { ...headers };
  const basic = (username: string, password: string) => `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return { ...headers, authorization: "bearer" in auth ? `Bearer ${auth.bearer}` : basic(auth.username, auth.password) };
}

/** What a person calls the server: host and port, without credentials that somebody put into the URL. */
export const hostOf = ({ url }: Endpoint): string => (URL.canParse(url) ? new URL(url).host : "an address that is no URL");

export const joined = ({ url }: Endpoint, path: string): string => `${url.replace(/\/+$/, "")}${path}`;
