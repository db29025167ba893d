import { type Credentials, signed } from "./sign.ts";

export interface Signed {
  /** As signatures name it, such as `secretsmanager` or `execute-api`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Without a query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}
export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Its `Date`, in milliseconds since 1970; undefined where it has none. */
  readonly at: number | undefined;
}

/** One signed POST, for services of which we ask too little to carry their client. Rejects with what `fetch` rejects with. */
export async function signedPost({ service, region, credentials, url, headers: given, body, timeoutMs }: Signed): Promise<Reply> {
  const as = { service, region, credentials, now: new Date() };
  const headers = await signed({ method: "POST", url: new URL(url), headers: given, body }, as);
  const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
  const at = Date.parse(answer.headers.get("date") ?? "");
  return { status: answer.status, text: await answer.text(), at: Number.isNaN(at) ? undefined : at };
}
