import { kept } from "../../adapters/kept.ts";
import { readSecret } from "../../adapters/secrets/read.ts";
import { environment } from "../contract.ts";
import { env } from "../wiring/env.ts";
import { asItself } from "../wiring/itself.ts";
import { authorize, type Headers } from "./handler.ts";
import { readTokens } from "./tokens.ts";

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
const tokens = kept(async () => readTokens(await readSecret(env(environment.tokens), asItself())), keptMs, Date.now);

/** Throws when the tokens cannot be read: API Gateway then answers 500, and Alertmanager sends again, as it would not after a 401. */
export async function handler({ headers = {} }: Event): Promise<Answer> {
  const sender = authorize(headers, await tokens());
  return sender ? { isAuthorized: true, context: { token: sender.name, clusters: sender.clusters.join(",") } } : { isAuthorized: false };
}
