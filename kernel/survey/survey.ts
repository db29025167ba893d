import { clusterIn } from "../measure.ts";
import { own } from "../own.ts";
import { changesWithin, hour } from "../permit.ts";
import { progress } from "../progress.ts";
import { secondsBetween } from "../time.ts";
import type { ClusterState, Incident, IncidentId, Instant, LedgerView, Measure, Policy } from "../types/index.ts";
import { finders, overdueLease, type Seen, startedSeconds, ticketWaits, waitingFor } from "./finds.ts";

/** What should not be. */
export const finds = [
  ...(Object.keys(finders) as readonly (keyof typeof finders)[]),
  "lease-overdue",
  "not-running",
  "not-startable",
  "unreadable",
  "not-looked-at",
] as const;
export interface Find {
  readonly find: (typeof finds)[number];
  readonly says: string;
  readonly incident?: IncidentId;
  readonly cluster: string;
}

/** An open incident, and what a look at it came to. `execution`: it ran already, was started now, or could not be. */
export type Looked = { readonly incident: Incident } & (
  | { readonly did: "look"; readonly view: LedgerView; readonly execution: "running" | "started" | { readonly failed: string } }
  | { readonly did: "fail"; readonly says: string }
  /** There was no time left. */
  | { readonly did: "skip" }
);
export interface Round {
  readonly looked: readonly Looked[];
  /** The guard state of the policy's clusters, by their names. */
  readonly clusters: Readonly<Record<string, ClusterState>>;
  readonly kinds: readonly string[];
  readonly policy: Policy;
  readonly now: Instant;
}
export interface Survey {
  readonly finds: readonly Find[];
  readonly measures: readonly Measure[];
}

/** Looks over all that is open, and says what should not be and how much there is. A pure function: it repairs nothing. */
export function survey(round: Round): Survey {
  const { looked, clusters, policy, now } = round;
  const seen = looked.flatMap((one): readonly Seen[] =>
    one.did === "look" ? [{ view: one.view, at: progress(one.view.story), policy, now }] : [],
  );
  const found = [
    ...looked.flatMap((one) => aroundIt(one, now)),
    ...seen.flatMap(within),
    ...Object.entries(clusters).flatMap(([cluster, state]) => {
      const says = overdueLease(state, now);
      return says ? [{ find: "lease-overdue", says, cluster } as const] : [];
    }),
  ];
  return { finds: found, measures: measured(round, seen, found) };
}

/** Of the look itself, and of the execution. */
function aroundIt(one: Looked, now: Instant): readonly Find[] {
  const { id, cluster, openedAt } = one.incident;
  const find = (kind: Find["find"], says: string): readonly Find[] => [{ find: kind, says, incident: id, cluster }];
  if (one.did === "skip") return find("not-looked-at", "there was no time left to look at it");
  if (one.did === "fail") return find("unreadable", one.says);
  if (typeof one.execution === "object") return find("not-startable", one.execution.failed);
  const late = one.execution === "started" && secondsBetween(openedAt, now) > startedSeconds;
  return late ? find("not-running", "nothing carried it on: it was started again") : [];
}

function within(seen: Seen): readonly Find[] {
  const { id, cluster } = seen.at.incident;
  return (Object.keys(finders) as readonly (keyof typeof finders)[]).flatMap((find) => {
    const says = finders[find](seen);
    return says ? [{ find, says, incident: id, cluster }] : [];
  });
}

/** What is none is said to be none, so that a graph has no gaps and an alarm ends. */
function measured({ looked, clusters, kinds, policy, now }: Round, seen: readonly Seen[], found: readonly Find[]): readonly Measure[] {
  const known = Object.keys(clusters);
  const counted = (metric: "OpenIncidents" | "ApprovalsWaiting" | "TicketsWaiting", names: readonly string[]): readonly Measure[] =>
    [...known, "other"].map((cluster) => ({
      ...{ metric, of: { cluster } },
      value: names.filter((name) => clusterIn(known, name) === cluster).length,
    }));
  const clustersOf = (all: readonly Seen[]) => all.map(({ at }) => at.incident.cluster);
  return [
    { metric: "Sweeps", value: 1, of: {} },
    ...counted(
      "OpenIncidents",
      looked.map(({ incident }) => incident.cluster),
    ),
    ...counted("ApprovalsWaiting", clustersOf(seen.filter((one) => waitingFor(one) !== undefined))),
    ...counted("TicketsWaiting", clustersOf(seen.filter(ticketWaits))),
    ...Object.entries(clusters).map(([cluster, { changes }]): Measure => {
      return {
        metric: "BudgetUsed",
        value: share(changesWithin(changes, hour, now).length, policy.limits.changesPerHour),
        of: { cluster },
      };
    }),
    ...kinds.map((kind): Measure => {
      const open = Object.values(clusters).filter(({ failed }) => Number(own(failed, kind) ?? 0) >= policy.limits.breakerAfter);
      return { metric: "BreakersOpen", value: open.length, of: { kind } };
    }),
    ...finds.map((find): Measure => ({ metric: "Finds", value: found.filter((one) => one.find === find).length, of: { find } })),
  ];
}

/** In per cent; of nothing all is used. */
const share = (used: number, of: number): number => (of === 0 ? 100 : Math.round((100 * used) / of));
