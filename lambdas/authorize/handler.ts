import { createHash, timingSafeEqual } from "node:crypto";
import { fits } from "../../adapters/policy/names.ts";
import type { Token } from "./tokens.ts";

/** Who sends, as the token says: its name, and the clusters that it may speak for. */
export interface Sender {
  readonly name: string;
  readonly clusters: readonly string[];
}

/** Names in lower case, as API Gateway and Node give them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * The holder of the bearer token, or undefined. Digests are compared, each in constant time, and always all of them: how long it takes says
 * nothing about how close a guess was.
 */
export function authorize({ authorization = "" }: Headers, tokens: readonly Token[]): Sender | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
  const presented = createHash("sha256").update(bearer).digest();
  let holder: Token | undefined;
  for (const token of tokens) {
    const isCurrent = timingSafeEqual(presented, Buffer.from(token.current, "hex"));
    const isPrevious = timingSafeEqual(presented, Buffer.from(token.previous ?? token.current, "hex"));
    if (isCurrent || isPrevious) holder = token;
  }
  return holder && bearer !== "" ? { name: holder.name, clusters: holder.clusters } : undefined;
}

export const maySpeakFor = ({ clusters }: Sender, cluster: string): boolean => clusters.some((pattern) => fits(pattern, cluster));
