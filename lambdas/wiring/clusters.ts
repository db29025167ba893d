import { writers } from "../../adapters/kubernetes/writers/index.ts";
import { placeOf } from "../../adapters/policy/places.ts";
import type { Writers } from "../../kernel/act/act.ts";
import type { World } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { Capability, IncidentId, Kind } from "../../kernel/types/index.ts";
import { knownRemedies as remedies } from "../../runbook/remedies/known.ts";
import { environment } from "../contract.ts";
import { clock, log, policy } from "./common.ts";
import { env } from "./env.ts";
import { asItself } from "./itself.ts";
import { ledger } from "./ledger.ts";
import { endpointOf } from "./monitors.ts";
import { type Metrics, openWay, type Way } from "./way.ts";

/** Who goes, as roles in other accounts name it. */
export type By = "Diagnose" | "Escalate" | "Patrol" | Capability;

/** The latest ways, the last one used at the end: connections and tokens are used again for as long as an incident goes on. */
const ways = new Map<string, Way>();
const most = 8;

/** The incident's cluster, to read. Where there is no way in, everything is unavailable, with the reason. */
export const worldFor = async (id: IncidentId, by: By, metrics?: Metrics): Promise<World> => (await wayFor(id, by, metrics)).world;

/** The hands of one capability in the incident's cluster. Rejects where there is no way in. */
export async function handsFor(
  id: IncidentId,
  by: Capability,
  metrics: Metrics,
): Promise<{ readonly world: World; readonly writers: Writers }> {
  const way = await wayFor(id, by, metrics);
  const connection = await way.connection();
  const own = (Object.keys(remedies) as Kind[]).filter((kind) => remedies[kind].by === by);
  return { world: way.world, writers: Object.fromEntries(own.map((kind) => [kind, writers[kind]({ connection, clock })])) };
}

/** A cluster by its name, to read, entered under the name of the function itself. As `worldFor`. */
export const worldOfCluster = (cluster: string, by: By): World => wayTo(cluster, by, by).world;

/** The way behind it, for asking what this function's role may do there as well. */
export const wayToCluster = (cluster: string, by: By, metrics?: Metrics): Way => wayTo(cluster, by, by, metrics);

async function wayFor(id: IncidentId, by: By, metrics?: Metrics): Promise<Way> {
  const view = await ledger().view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  return wayTo(progress(view.story).incident.cluster, id, by, metrics);
}

/** Into a cluster under a name of its own: that of the incident for which it is entered. */
function wayTo(cluster: string, session: string, by: By, metrics?: Metrics): Way {
  const key = `${session} ${cluster}`;
  const way = ways.get(key) ?? begin(cluster, session, by, metrics);
  ways.delete(key);
  ways.set(key, way);
  const [oldest] = ways;
  if (oldest && ways.size > most) {
    ways.delete(oldest[0]);
    void oldest[1].close();
  }
  return way;
}

function begin(cluster: string, session: string, by: By, metrics?: Metrics): Way {
  const place = placeOf(policy(), cluster);
  return openWay({
    cluster,
    entering: place && { place, session, by, inside: env(environment.inside), asItself },
    failed: (error) =>
      log({ level: "error", message: error instanceof Error ? error.message : "there are no credentials", incident: session, cluster }),
    endpointOf,
    ...(metrics ? { metrics } : {}),
    timeoutSeconds: policy().timing.requestTimeoutSeconds,
    clock,
    now: Date.now,
  });
}
