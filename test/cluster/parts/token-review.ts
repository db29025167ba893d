import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stringify } from "yaml";
import { certificates } from "./certificates.ts";
import { listen } from "./egress.ts";

/** A user as the API server is to know it. */
export interface Who {
  readonly username: string;
  readonly groups: readonly string[];
}
/** Who is behind a token; undefined where it is nobody's. */
export type Authenticate = (token: string) => Promise<Who | undefined>;

export interface TokenReview {
  /** The file by which the API server finds it, in the form of a kubeconfig. */
  readonly config: string;
  readonly close: () => Promise<void>;
}

export interface TokenReviewOptions {
  readonly dir: string;
  readonly port: number;
  readonly authenticate: Authenticate;
}

/** Whom the API server asks about tokens that it does not know itself (`TokenReview` of authentication.k8s.io/v1), https on loopback. */
export async function startTokenReview({ dir, port, authenticate }: TokenReviewOptions): Promise<TokenReview> {
  const serving = await certificates(dir, "token-review", []);
  const server = createServer({ cert: readFileSync(serving.cert), key: readFileSync(serving.key) }, async (request, answer) => {
    const status = await review(await text(request), authenticate);
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status };
    answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await listen(server, { port });
  const config = join(dir, "token-review.yaml");
  await writeFile(config, configOf(port, serving.ca));
  return {
    config,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function review(body: string, authenticate: Authenticate): Promise<object> {
  try {
    const { spec } = JSON.parse(body) as { readonly spec: { readonly token: string } };
    const user = await authenticate(spec.token);
    return user ? { authenticated: true, user } : { authenticated: false };
  } catch (error) {
    return { authenticated: false, error: String(error) };
  }
}

const configOf = (port: number, ca: string) =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "review", cluster: { server: `https://127.0.0.1:${port}/`, "certificate-authority": ca } }],
    users: [{ name: "apiserver", user: {} }],
    contexts: [{ name: "review", context: { cluster: "review", user: "apiserver" } }],
    "current-context": "review",
  });
