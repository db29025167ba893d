import { alertmanagerReader } from "../../adapters/alertmanager/read.ts";
import { eksAccess } from "../../adapters/eks/access.ts";
import { kept } from "../../adapters/kept.ts";
import { byToken } from "../../adapters/kubernetes/by-token.ts";
import { type Connection, connect } from "../../adapters/kubernetes/connection.ts";
import { logReader } from "../../adapters/kubernetes/logs.ts";
import { kubernetesReader } from "../../adapters/kubernetes/read.ts";
import type { prometheusReader } from "../../adapters/prometheus/read.ts";
import type { Endpoint } from "../../adapters/world/endpoint.ts";
import { worldOf } from "../../adapters/world/index.ts";
import { cannot, type Reader } from "../../adapters/world/reading.ts";
import type { World } from "../../kernel/ports.ts";
import type { Instant, Monitor } from "../../kernel/types/index.ts";
import { apiServer, credentialsInside, type Entering } from "./inside.ts";

/** One incident's way into its cluster. */
export interface Way {
  readonly world: World;
  /** Rejects where there is no way in. */
  readonly connection: () => Promise<Connection>;
  /** Never rejects. */
  readonly close: () => Promise<void>;
}
/** What reads metrics, for a function that does: it is large, and a ticket's logs take none. */
export type Metrics = typeof prometheusReader;

export interface Going {
  /** By the name that alerts carry. */
  readonly cluster: string;
  /** Undefined where the policy does not name the cluster. */
  readonly entering: Entering | undefined;
  /** Told why we have no credentials: whoever asks the API server is only told that we have none. */
  readonly failed: (error: unknown) => void;
  readonly endpointOf: (monitor: Monitor, timeoutSeconds: number) => Endpoint;
  readonly metrics?: Metrics;
  readonly timeoutSeconds: number;
  readonly clock: () => Instant;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The way is made at its first use, and a way that cannot be made is no fault of whoever wants to look: what would be read there is unavailable,
 * with the reason. So a cluster that nobody can enter still gets its ticket.
 */
export function openWay({ cluster, entering, failed, endpointOf, metrics, timeoutSeconds, clock, now }: Going): Way {
  const open = async (): Promise<Connection> => {
    if (!entering) throw new Error(`the policy's clusters do not say where ${cluster} is`);
    const describe = () => apiServer(entering);
    const credentials = async () => {
      try {
        return await credentialsInside(entering);
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    const access = await eksAccess(entering.place, { describe, credentials, now });
    return connect(byToken(access), timeoutSeconds);
  };
  const connection = kept(open, Number.POSITIVE_INFINITY, now);
  const over =
    (reader: (connection: Connection) => Reader): Reader =>
    async (text) => {
      let into: Connection;
      try {
        into = await connection();
      } catch (thrown) {
        return cannot(`there is no way into ${cluster}: ${thrown instanceof Error ? thrown.message : "for no reason given"}`);
      }
      return reader(into)(text);
    };
  const { prometheus, alertmanager } = entering?.place ?? {};
  const world = worldOf({
    kubernetes: over(kubernetesReader),
    logs: over(logReader),
    ...(prometheus && metrics ? { prometheus: metrics(endpointOf(prometheus, timeoutSeconds), now) } : {}),
    ...(alertmanager ? { alertmanager: alertmanagerReader(endpointOf(alertmanager, timeoutSeconds)) } : {}),
    clock,
  });
  const close = () =>
    connection()
      .then((into) => into.close())
      .catch(() => undefined);
  return { world, connection, close };
}
