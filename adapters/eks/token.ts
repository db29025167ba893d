import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../sigv4/sha256.ts";
import { type Credentials, serviceHost } from "../sigv4/sign.ts";

export type { Credentials };
export interface Signing {
  /** The cluster's name in EKS: the token is good for no other. */
  readonly cluster: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly now: Date;
}

/** How long the URL may be presented; EKS takes the token for 15 minutes all the same. */
const expiresIn = 60;

/** A bearer token for an EKS cluster: a presigned `GetCallerIdentity`, bound to the cluster's name (EKS user guide, "aws-iam-authenticator" API). */
export async function eksToken({ cluster, region, credentials, now }: Signing): Promise<string> {
  const hostname = serviceHost("sts", region);
  const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: "GET",
      protocol: "https:",
      hostname,
      path: "/",
      query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
      headers: { host: hostname, "x-k8s-aws-id": cluster },
    },
    { expiresIn, signingDate: now, unhoistableHeaders: new Set(["x-k8s-aws-id"]) },
  );
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]));
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${parameters}`).toString("base64url")}`;
}
