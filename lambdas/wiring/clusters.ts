import { EKSClient } from "@aws-sdk/client-eks";
import { alertmanagerReader } from "../../adapters/alertmanager/read.ts";
import { eksAccess } from "../../adapters/eks/access.ts";
import type { Credentials } from "../../adapters/eks/token.ts";
import { byToken } from "../../adapters/kubernetes/by-token.ts";
import { type Connection, connect } from "../../adapters/kubernetes/connection.ts";
import { logReader } from "../../adapters/kubernetes/logs.ts";
import { kubernetesReader } from "../../adapters/kubernetes/read.ts";
import { writers } from "../../adapters/kubernetes/writers/index.ts";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import type { prometheusReader } from "../../adapters/prometheus/read.ts";
import { worldOf } from "../../adapters/world/index.ts";
import type { Writers } from "../../kernel/act/act.ts";
import type { World } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { Capability, ClusterPlace, IncidentId, Kind } from "../../kernel/types/index.ts";
import { knownRemedies as remedies } from "../../runbook/remedies/known.ts";
import { clock, policy } from "./common.ts";
import { once } from "./env.ts";
import { ledger } from "./ledger.ts";

interface Way {
  readonly world: World;
  readonly connection: Connection;
}
/** Ways into clusters live as long as the function does: connections and tokens are used again. */
const ways = new Map<string, Promise<Way>>();
const client = once(() => new EKSClient(patience));

/** What reads metrics, for a function that does: it is large, and a ticket's logs take none. */
type Metrics = typeof prometheusReader;

/** The incident's cluster, to read, as this function's role. Rejects where the policy does not say where that cluster is. */
export const worldFor = async (id: IncidentId, metrics?: Metrics): Promise<World> => (await wayFor(id, metrics)).world;

/** The hands of one capability in the incident's cluster, as this function's role. */
export async function handsFor(
  id: IncidentId,
  capability: Capability,
  metrics: Metrics,
): Promise<{ readonly world: World; readonly writers: Writers }> {
  const { world, connection } = await wayFor(id, metrics);
  const own = (Object.keys(remedies) as Kind[]).filter((kind) => remedies[kind].by === capability);
  return { world, writers: Object.fromEntries(own.map((kind) => [kind, writers[kind]({ connection, clock })])) };
}

/** A cluster by its name, to read, as this function's role. Rejects as `worldFor`. */
export const worldOfCluster = async (cluster: string): Promise<World> => (await wayTo(cluster)).world;

async function wayFor(id: IncidentId, metrics?: Metrics): Promise<Way> {
  const view = await ledger().view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  return wayTo(progress(view.story).incident.cluster, metrics);
}

async function wayTo(cluster: string, metrics?: Metrics): Promise<Way> {
  const { clusters } = policy();
  const place = Object.hasOwn(clusters, cluster) ? clusters[cluster] : undefined;
  if (!place) throw new Error(`the policy's clusters do not say where ${cluster} is`);
  const way = ways.get(cluster) ?? open(place, metrics);
  ways.set(cluster, way);
  way.catch(() => ways.delete(cluster));
  return way;
}

async function open(place: ClusterPlace, metrics?: Metrics): Promise<Way> {
  const timeoutSeconds = policy().timing.requestTimeoutSeconds;
  const access = await eksAccess(place, { client, credentials: own, now: Date.now });
  const connection = connect(byToken(access), timeoutSeconds);
  const world = worldOf({
    kubernetes: kubernetesReader(connection),
    logs: logReader(connection),
    ...(place.prometheus && metrics ? { prometheus: metrics({ ...place.prometheus, timeoutSeconds }, Date.now) } : {}),
    ...(place.alertmanager ? { alertmanager: alertmanagerReader({ ...place.alertmanager, timeoutSeconds }) } : {}),
    clock,
  });
  return { world, connection };
}

/** The function's own, as the client finds them: they are rotated, so each token asks. */
const own = (): Promise<Credentials> => client().config.credentials();
