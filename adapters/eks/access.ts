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

/** The way into a cluster of EKS. Rejects where neither the policy nor EKS says where the API server is. */
export async function eksAccess(place: ClusterPlace, { describe, credentials, now }: Options): Promise<TokenAccess> {
  const { endpoint, ca } = place.endpoint ? { ...place, endpoint: place.endpoint } : await describe();
  const token = kept(
    async () => eksToken({ cluster: place.eks, region: place.region, credentials: await credentials(), now: new Date(now()) }),
    keepMs,
    now,
  );
  return { by: "token", server: endpoint, ...(ca ? { caData: ca } : {}), token };
}
