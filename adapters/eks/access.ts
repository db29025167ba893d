import type { ClusterPlace } from "../../kernel/types/index.ts";
import { kept } from "../kept.ts";
import type { TokenAccess } from "../kubernetes/by-token.ts";
import type { Credentials } from "../sigv4/sign.ts";
import type { ApiServer } from "./describe.ts";
import { eksToken } from "./token.ts";

export interface Options {
  /** Asked where the policy does not say where the API server is. */
  readonly describe: () => Promise<ApiServer>;
  /** In whose name tokens are made; asked anew for each. */
  readonly credentials: () => Promise<Credentials>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A token is good for 15 minutes; asked for anew a minute before. */
const keepMs = 14 * 60_000;
/** A token that is refused and younger than this would only be followed by another such: each costs a question to STS. */
const pauseMs = 5_000;

/** The way into a cluster of EKS. Rejects where neither the policy nor EKS says where the API server is. */
export async function eksAccess(place: ClusterPlace, { describe, credentials, now }: Options): Promise<TokenAccess> {
  const { endpoint, ca } = place.endpoint ? { ...place, endpoint: place.endpoint } : await describe();
  let latest = { token: "", at: Number.NEGATIVE_INFINITY };
  const token = kept(
    async () => {
      const at = now();
      const made = await eksToken({ cluster: place.eks, region: place.region, credentials: await credentials(), now: new Date(at) });
      latest = { token: made, at };
      return made;
    },
    keepMs,
    now,
  );
  // A cluster may have come to know us only after the token was made, and takes one that is made now.
  const refused = (one: string): boolean => {
    if (one !== latest.token) return true;
    if (now() - latest.at < pauseMs) return false;
    token.forget();
    // Whoever else was refused by now waits for the one that is being made.
    latest = { token: "", at: now() };
    return true;
  };
  return { by: "token", server: endpoint, ...(ca ? { caData: ca } : {}), token, refused };
}
