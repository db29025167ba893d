import type { UserName } from "../../../local/world/kubernetes/roles.ts";
import type { World } from "../../../local/world/world.ts";
import { handedOnMs, type Listening, serve } from "./serve.ts";
import { elements, send } from "./signed.ts";

/** What aws-iam-authenticator lets stand in the query of a token's URL, and nothing else. */
const allowed = new Set(
  ["Action", "Version", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-SignedHeaders"]
    .concat("X-Amz-Signature", "X-Amz-Content-Sha256")
    .map((name) => name.toLowerCase()),
);

/**
 * The role behind a token of EKS, as EKS finds out: the token is a presigned question to STS who one is, and STS is asked it, with the cluster's
 * own name in the signed header. Undefined where the token has another form, or STS does not answer.
 */
export async function roleOf(token: string, cluster: string, sts: string): Promise<string | undefined> {
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
  const [arn = ""] = elements(xml, "Arn");
  return status === 200 ? /:assumed-role\/([^/]+)\//.exec(arn)?.[1] : undefined;
}

/** A request that came to the API server, by the role that sent it. */
export interface Passed {
  readonly role: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}
export interface EksDoor extends Listening {
  readonly passed: readonly Passed[];
  /** Tokens that nobody is behind. */
  readonly refused: readonly string[];
}

interface EksOptions {
  readonly cluster: string;
  /** Where STS is. */
  readonly sts: string;
  /** By role, as the cluster's access entries say. */
  readonly groups: (role: string) => readonly string[];
  readonly world: () => World;
}

/** The API server's way in on EKS, before the practice world: from the functions' tokens by role and access entry to a user. */
export async function eksDoor({ cluster, sts, groups, world }: EksOptions): Promise<EksDoor> {
  const known = new Map<string, Promise<string | undefined>>();
  const passed: Passed[] = [];
  const refused: string[] = [];
  const listening = await serve(async (request) => {
    const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    const asked = known.get(token) ?? roleOf(token, cluster, sts);
    known.set(token, asked);
    const role = await asked;
    if (!role) {
      refused.push(token);
      return Response.json({ kind: "Status", status: "Failure", reason: "Unauthorized", code: 401 }, { status: 401 });
    }
    const { kubernetesUrl, tokens } = world();
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${tokens[userOf(groups(role))]}`);
    headers.delete("host");
    const body = request.method === "GET" ? undefined : await request.arrayBuffer();
    const handed = { method: request.method, headers, signal: AbortSignal.timeout(handedOnMs), ...(body ? { body } : {}) };
    const answer = await fetch(`${kubernetesUrl}${pathname}${search}`, handed);
    passed.push({ role, method: request.method, path: pathname, status: answer.status });
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers: { "content-type": type(answer) } });
  });
  return { ...listening, passed, refused };
}

const type = (answer: Response): string => answer.headers.get("content-type") ?? "application/json";

const users: Readonly<Record<string, UserName>> = {
  "remediator:evict-workload": "EvictWorkload",
  "remediator:rollout-workload": "RolloutWorkload",
  "remediator:label-namespace": "LabelNamespace",
};
/** The practice world has a user for each set of groups. */
function userOf(groups: readonly string[]): UserName {
  const hands = groups.find((group) => group in users);
  if (hands && groups.length === 2) return users[hands] ?? "nobody";
  return groups.length === 1 && groups[0] === "remediator:reader" ? "reader" : "nobody";
}
