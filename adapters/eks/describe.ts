import * as z from "zod/mini";
import { parsed } from "../../kernel/json.ts";
import { type Service, send } from "../sigv4/send.ts";

/** Where an API server is, and how it is known. */
export interface ApiServer {
  readonly endpoint: string;
  /** Base64 of PEM. */
  readonly ca?: string;
}

const described = z.object({
  cluster: z.object({
    endpoint: z.string().check(z.minLength(1)),
    certificateAuthority: z.optional(z.object({ data: z.optional(z.string()) })),
  }),
});

/** What EKS says of a cluster (`DescribeCluster`), by its name there. Rejects where it does not say. */
export async function describeCluster(name: string, from: Service): Promise<ApiServer> {
  const { status, text } = await send({ service: "eks", method: "GET", path: `/clusters/${encodeURIComponent(name)}` }, from);
  const read = status === 200 ? described.safeParse(parsed(text)) : undefined;
  if (!read?.success) throw new Error(`EKS in ${from.region} does not say where the API server of ${name} is (${status})`);
  const { endpoint, certificateAuthority } = read.data.cluster;
  return { endpoint, ...(certificateAuthority?.data ? { ca: certificateAuthority.data } : {}) };
}
