import { digest } from "../../kernel/digest.ts";
import type { Keeper, Ledger } from "../../kernel/ports.ts";
import { type Looked, survey } from "../../kernel/survey/survey.ts";
import { after } from "../../kernel/time.ts";
import type { ClusterState, Incident, Instant, Kind, Measure, Policy } from "../../kernel/types/index.ts";
import { bounded } from "../ingest/bounded.ts";

export interface Ports {
  readonly ledger: Pick<Ledger, "open" | "view" | "cluster">;
  readonly keeper: Keeper;
  readonly policy: Policy;
  readonly kinds: readonly Kind[];
  readonly clock: () => Instant;
  readonly tell: (measures: readonly Measure[], at: Instant) => void;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string } & Readonly<Record<string, unknown>>) => void;
}
export interface Bounds {
  /** Incidents that are looked at at once. */
  readonly parallel: number;
  /** No incident is begun with after this time. */
  readonly seconds: number;
}
/** How many incidents are open, and how many of them could not be looked at or started. */
export interface Swept {
  readonly open: number;
  readonly failed: number;
}

/**
 * Looks at every open incident, starts what has no execution, and says what it found that should not be. One that cannot be looked at or
 * started does not keep the others waiting. It writes nothing else.
 */
export async function sweep(ports: Ports, { parallel, seconds }: Bounds): Promise<Swept> {
  const { ledger, policy, kinds, clock, tell, log } = ports;
  const began = clock();
  const until = after(began, seconds);
  const open = turned(await ledger.open(), began);
  const results = await bounded(open, parallel, (incident) => (clock() < until ? look(incident, ports) : skip(incident)));
  const looked = results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : []));
  const clusters = await statesOf(Object.keys(policy.clusters), ledger);
  const { finds, measures } = survey({ looked, clusters, kinds, policy, now: clock() });
  for (const { find, says, ...where } of finds) log({ level: "error", message: says, find, ...where });
  tell(measures, began);
  return { open: open.length, failed: looked.filter(isFailed).length };
}

/** Where there is not time for all, each sweep begins with another one, so that none is always left out. */
function turned(open: readonly Incident[], now: Instant): readonly Incident[] {
  const first = Number.parseInt(digest(now).slice(0, 8), 16) % Math.max(1, open.length);
  return [...open.slice(first), ...open.slice(0, first)];
}

const skip = async (incident: Incident): Promise<Looked> => ({ did: "skip", incident });

/** Undefined where it was closed meanwhile. */
async function look(incident: Incident, { ledger, keeper }: Ports): Promise<Looked | undefined> {
  try {
    const view = await ledger.view(incident.id);
    if (!view?.head.open) return undefined;
    const execution = await keeper.keep(view).catch((error: unknown) => ({ failed: `it cannot be started: ${said(error)}` }));
    return execution === "closed" ? undefined : { did: "look", incident, view, execution };
  } catch (error) {
    return { did: "fail", incident, says: `it cannot be read: ${said(error)}` };
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isFailed = (one: Looked): boolean => one.did !== "look" || typeof one.execution === "object";

async function statesOf(names: readonly string[], ledger: Pick<Ledger, "cluster">): Promise<Readonly<Record<string, ClusterState>>> {
  const states = await Promise.all(names.map(async (name) => [name, await ledger.cluster(name)] as const));
  return Object.fromEntries(states);
}
