import type { Authenticate } from "../../cluster/parts/token-review.ts";
import { elements, send } from "./signed.ts";

/** What aws-iam-authenticator lets stand in the query of a token's URL, and nothing else. */
const allowed = new Set(
  ["Action", "Version", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-SignedHeaders"]
    .concat("X-Amz-Signature", "X-Amz-Content-Sha256")
    .map((name) => name.toLowerCase()),
);

/** Groups by name of a role, as the cluster's access entries say. */
export type Entries = ReadonlyMap<string, readonly string[]>;

export interface EksOptions {
  /** The cluster's name in EKS. */
  readonly cluster: string;
  /** Where STS is. */
  readonly sts: string;
  /** Asked each time: there are none before the stack is deployed. */
  readonly entries: () => Entries;
}

/** The way in of EKS: from a token to the session of a role, and from the role by its access entry to a user of Kubernetes. */
export const eksAuthenticator =
  ({ cluster, sts, entries }: EksOptions): Authenticate =>
  async (token) => {
    const username = await sessionOf(token, cluster, sts);
    const [, role = ""] = /:assumed-role\/([^/]+)\//.exec(username ?? "") ?? [];
    const groups = entries().get(role);
    return username && groups ? { username, groups } : undefined;
  };

/**
 * The ARN behind a token, as EKS finds it out: the token is a presigned question to STS who one is, and STS is asked it, with the cluster's own
 * name in the signed header. Undefined where the token has another form, or STS does not answer.
 */
export async function sessionOf(token: string, cluster: string, sts: string): Promise<string | undefined> {
  const text = token.startsWith("k8s-aws-v1.") ? Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString("utf8") : "";
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname, search, searchParams } = new URL(text);
  const known = [...searchParams.keys()].every((name) => allowed.has(name.toLowerCase()));
  const signs = searchParams.get("X-Amz-SignedHeaders")?.split(";").includes("x-k8s-aws-id");
  const asksWho = searchParams.get("Action") === "GetCallerIdentity";
  if (protocol !== "https:" || !/^sts\.[a-z0-9-]+\.amazonaws\.com$/.test(host) || pathname !== "/" || !known || !signs || !asksWho) {
    return undefined;
  }
  const { status, text: xml } = await send(sts, { method: "GET", host, path: `/${search}`, headers: { "x-k8s-aws-id": cluster } });
  return status === 200 ? elements(xml, "Arn")[0] : undefined;
}
