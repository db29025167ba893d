import { kept } from "../../adapters/kept.ts";
import { secretArn } from "../../adapters/policy/names.ts";
import { workspaceOf } from "../../adapters/policy/places.ts";
import { readSecret } from "../../adapters/secrets/read.ts";
import { basicFrom, bearerFrom, type Secret, signing } from "../../adapters/world/auth.ts";
import type { Auth, Endpoint } from "../../adapters/world/endpoint.ts";
import type { Monitor } from "../../kernel/types/index.ts";
import { asItself } from "./itself.ts";

/** How long a secret is used that was changed meanwhile. */
const keptMs = 5 * 60_000;
const secrets = new Map<string, Secret>();

/** Prometheus or Alertmanager as the policy names it, with what lets the function in. */
export function endpointOf({ url, auth, headers }: Monitor, timeoutSeconds: number): Endpoint {
  const by = authOf(url, auth);
  return { url, headers, timeoutSeconds, ...(by ? { auth: by } : {}) };
}

function authOf(url: string, { by, secret = "" }: Monitor["auth"]): Auth | undefined {
  switch (by) {
    case "none":
      return undefined;
    case "bearer":
      return bearerFrom(textOf(secret));
    case "basic":
      return basicFrom(textOf(secret));
    case "sigv4":
      return signing({
        service: "aps",
        region: workspaceOf(url)?.region ?? "",
        credentials: async () => asItself().credentials,
        now: Date.now,
      });
  }
}

/** A secret is of the region that its ARN names. One that several clusters share is read once for all. */
function textOf(arn: string): Secret {
  const text = secrets.get(arn) ?? kept(() => readSecret(arn, asItself(secretArn.exec(arn)?.[1])), keptMs, Date.now);
  secrets.set(arn, text);
  return text;
}
