import { DescribeClusterCommand, type EKSClient } from "@aws-sdk/client-eks";
import type { ClusterPlace } from "../../kernel/types/index.ts";
import type { TokenAccess } from "../kubernetes/by-token.ts";
import { type Credentials, eksToken } from "./token.ts";

export interface Options {
  readonly client: () => Pick<EKSClient, "send">;
  readonly credentials: () => Promise<Credentials>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A token is good for 15 minutes; asked for anew a minute before. */
const keepMs = 14 * 60_000;

/** The way into a cluster of EKS as the function's own role. Rejects where neither the policy nor EKS says where the API server is. */
export async function eksAccess(place: ClusterPlace, { client, credentials, now }: Options): Promise<TokenAccess> {
  const { endpoint, ca } = place.endpoint ? place : await described(place, client());
  if (!endpoint) throw new Error(`EKS does not say where the API server of ${place.eks} is`);
  let kept: { readonly token: Promise<string>; readonly until: number } | undefined;
  const token = () => {
    if (!kept || kept.until <= now()) {
      const made = credentials().then((as) =>
        eksToken({ cluster: place.eks, region: place.region, credentials: as, now: new Date(now()) }),
      );
      made.catch(() => {
        kept = undefined;
      });
      kept = { token: made, until: now() + keepMs };
    }
    return kept.token;
  };
  return { by: "token", server: endpoint, ...(ca ? { caData: ca } : {}), token };
}

async function described(
  { eks }: ClusterPlace,
  client: Pick<EKSClient, "send">,
): Promise<{ endpoint: string | undefined; ca: string | undefined }> {
  const { cluster } = await client.send(new DescribeClusterCommand({ name: eks }));
  return { endpoint: cluster?.endpoint, ca: cluster?.certificateAuthority?.data };
}
