import { writers } from "../../adapters/kubernetes/writers/index.ts";
import { placeOf } from "../../adapters/policy/places.ts";
import type { Writers } from "../../kernel/act/act.ts";
import type { World } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { Capability, IncidentId, Kind } from "../../kernel/types/index.ts";
import { remedies } from "../../runbook/remedies/index.ts";
import { environment } from "../contract.ts";
import { clock, log, policy } from "./common.ts";
import { env } from "./env.ts";
import { asItself } from "./itself.ts";
import { ledger } from "./ledger.ts";
import { endpointOf } from "./monitors.ts";
import { openWay, type Way } from "./way.ts";

/** The function's name, as roles in other accounts have it. */
type By = "Diagnose" | "Escalate" | Capability;

/** The latest incidents' ways, the last one used at the end: connections and tokens are used again while an incident goes on. */
const ways = new Map<IncidentId, Way>();
const most = 8;

/** The incident's cluster, to read. Where there is no way in, everything is unavailable, with the reason. */
export const worldFor = async (id: IncidentId, by: By): Promise<World> => (await wayFor(id, by)).world;

/** The hands of one capability in the incident's cluster. Rejects where there is no way in. */
export async function handsFor(id: IncidentId, by: Capability): Promise<{ readonly world: World; readonly writers: Writers }> {
  const way = await wayFor(id, by);
  const connection = await way.connection();
  const own = (Object.keys(remedies) as Kind[]).filter((kind) => remedies[kind].by === by);
  return { world: way.world, writers: Object.fromEntries(own.map((kind) => [kind, writers[kind]({ connection, clock })])) };
}

async function wayFor(id: IncidentId, by: By): Promise<Way> {
  const way = ways.get(id) ?? (await begin(id, by));
  ways.delete(id);
  ways.set(id, way);
  const [oldest] = ways;
  if (oldest && ways.size > most) {
    ways.delete(oldest[0]);
    void oldest[1].close();
  }
  return way;
}

async function begin(id: IncidentId, by: By): Promise<Way> {
  const view = await ledger().view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const { cluster } = progress(view.story).incident;
  const place = placeOf(policy(), cluster);
  const entering = place && { place, id, by, inside: env(environment.inside), asItself };
  const failed = (error: unknown) => log({ level: "error", message: error instanceof Error ? error.message : "no credentials", incident: id });
  return openWay({
    cluster,
    entering,
    failed,
    endpointOf,
    timeoutSeconds: policy().timing.requestTimeoutSeconds,
    clock,
    now: Date.now,
  });
}
