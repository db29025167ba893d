import { environment } from "../contract.ts";
import { caller } from "../wiring/caller.ts";
import { env } from "../wiring/env.ts";
import { authorize, type Headers } from "./handler.ts";
import { readSecret } from "./secret.ts";
import { readTokens, type Token } from "./tokens.ts";

/** What API Gateway asks of an authorizer (payload 2.0). */
export interface Event {
  readonly headers?: Headers;
}
/** Its simple answer. The context travels to `ingest`; a list in it would not survive everywhere, so names are joined by commas. */
export interface Answer {
  readonly isAuthorized: boolean;
  readonly context?: { readonly token: string; readonly clusters: string };
}

/** A revoked token lives for as long as this, and API Gateway's own cache, together. */
const keptMs = 30_000;
let kept: { readonly tokens: readonly Token[]; readonly until: number } | undefined;

/** Throws when the tokens cannot be read: API Gateway then answers 500, and Alertmanager sends again, as it would not after a 401. */
export async function handler({ headers = {} }: Event): Promise<Answer> {
  const sender = authorize(headers, await tokens());
  return sender ? { isAuthorized: true, context: { token: sender.name, clusters: sender.clusters.join(",") } } : { isAuthorized: false };
}

async function tokens(): Promise<readonly Token[]> {
  const now = Date.now();
  if (!kept || kept.until <= now) kept = { tokens: readTokens(await secret()), until: now + keptMs };
  return kept.tokens;
}

const secret = (): Promise<string> => readSecret({ secret: env(environment.tokens), ...caller() });
