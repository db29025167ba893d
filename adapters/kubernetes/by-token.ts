import type { RequestOptions } from "node:https";
import type { Way } from "./connection.ts";

/** An address and a token; `caData` is base64 PEM. A function is asked before each request, and does its own caching. */
export interface TokenAccess {
  readonly by: "token";
  readonly server: string;
  readonly caData?: string;
  readonly token: string | (() => Promise<string>);
  /** Told of a token that the API server did not take: whether the next one will be another. */
  readonly refused?: (token: string) => boolean;
}

/** The way in where no kubeconfig is: without the client, which is three times the size of everything else that reads a cluster. */
export const byToken = ({ server, caData, token, refused }: TokenAccess): Way => ({
  getCurrentCluster: () => ({ server }),
  applyToHTTPSOptions: async (options) => {
    if (!mayCarryToken(new URL(server))) throw new TypeError("the address is plain HTTP: the token would go in the clear");
    options.headers = { Authorization: `Bearer ${typeof token === "string" ? token : await token()}` };
    options.rejectUnauthorized = true;
    if (caData) options.ca = Buffer.from(caData, "base64");
  },
  ...(refused ? { refused: ({ headers }) => refused(bearerOf(headers)) } : {}),
});

const bearerOf = (headers: RequestOptions["headers"]): string =>
  String((headers as Readonly<Record<string, string>>).Authorization).slice("Bearer ".length);

/** On loopback (kubectl proxy, the practice world) there is nobody to listen, and no certificate. */
export const mayCarryToken = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname));
