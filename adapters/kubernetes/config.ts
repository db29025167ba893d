import { type Cluster, KubeConfig, type User } from "@kubernetes/client-node";
import { mayCarryToken, type TokenAccess } from "./by-token.ts";

/** A file as kubectl uses it; `file` undefined means kubectl's own defaults (KUBECONFIG, ~/.kube/config, in-cluster). */
export interface KubeconfigAccess {
  readonly by: "kubeconfig";
  readonly file?: string;
  readonly context?: string;
}
/** How to get to one API server. Functions have `by-token.ts` for it; this brings the client along, for one machine. */
export type Access = KubeconfigAccess | TokenAccess;

/** The set-up is wrong, in words for whoever set it up. */
export class BadAccess extends Error {
  override readonly name = "BadAccess";
}

export function kubeConfigOf(access: Access): KubeConfig {
  const config = access.by === "token" ? fromToken(access) : fromFile(access);
  config.clusters = config.clusters.map(permitted);
  return config;
}

function fromToken({ server, caData, token }: TokenAccess): KubeConfig {
  const config = new KubeConfig();
  const cluster: Cluster = { name: "cluster", server, skipTLSVerify: false, ...(caData ? { caData } : {}) };
  const user: User = { name: "us", ...(typeof token === "string" ? { token } : {}) };
  config.loadFromClusterAndUser(cluster, user);
  if (typeof token !== "string") {
    config.addAuthenticator({
      isAuthProvider: (asked) => asked.name === user.name,
      applyAuthentication: async (_user, options) => {
        options.headers = { ...options.headers, Authorization: `Bearer ${await token()}` };
      },
    });
  }
  return config;
}

function fromFile({ file, context }: KubeconfigAccess): KubeConfig {
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (thrown) {
    throw new BadAccess(
      `the kubeconfig${file ? ` ${file}` : ""} cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? "it is not a kubeconfig"}`,
    );
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (!config.getCurrentCluster() || !config.getCurrentUser()) {
    throw new BadAccess(unusable(config, file));
  }
  return config;
}

function unusable(config: KubeConfig, file: string | undefined): string {
  const there = config.getContexts().map(({ name }) => name);
  const named = config.getCurrentContext();
  if (there.length === 0) return `the kubeconfig${file ? ` ${file}` : ""} has no context: is it a kubeconfig?`;
  return named
    ? `there is no usable context ${named} in the kubeconfig; it has: ${there.join(", ")}`
    : `the kubeconfig${file ? ` ${file}` : ""} has no current context, and none was named; it has: ${there.join(", ")}`;
}

/**
 * The client refuses plain HTTP unless certificates are not verified. On loopback (kubectl proxy, the practice world) there is none to verify;
 * anywhere else HTTP would send the token in the clear, so there the refusal stays, said here and not at the first request.
 */
function permitted(cluster: Cluster): Cluster {
  if (!URL.canParse(cluster.server)) throw new BadAccess(`the server of cluster ${cluster.name} is not a URL`);
  const url = new URL(cluster.server);
  return url.protocol === "http:" && mayCarryToken(url) ? { ...cluster, skipTLSVerify: true } : cluster;
}
