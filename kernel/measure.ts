import { type Attempt, progress } from "./progress.ts";
import { milliseconds } from "./time.ts";
import type { Instant, LedgerRecord, Measure, Some } from "./types/index.ts";

/** A cluster as metrics name it. Names come in with alerts: one that the policy does not have must not make series of its own. */
export const clusterIn = (clusters: readonly string[], name: string): string => (clusters.includes(name) ? name : "other");

/**
 * What a story comes to in numbers. `clusters` are the policy's. Meant for a story that is closed: of one that is open it tells what is there
 * so far.
 */
export function measureStory(story: Some<LedgerRecord>, clusters: readonly string[]): readonly Measure[] {
  const { incident, attempts, ticket, closed } = progress(story);
  const cluster = clusterIn(clusters, incident.cluster);
  const since = (metric: "TimeToDiagnosis" | "TimeToWrite" | "TimeToProof" | "TimeToEnd", at: Instant | undefined): readonly Measure[] =>
    at ? [{ metric, value: milliseconds(at) - milliseconds(incident.openedAt), of: { cluster } }] : [];
  return [
    ...(closed ? [{ metric: "Incidents", value: 1, of: { cluster, result: closed.result } } as const] : []),
    ...since("TimeToDiagnosis", story.find(({ type }) => type === "diagnosed")?.written),
    ...since("TimeToWrite", attempts.find(({ outcome }) => outcome?.effect === "applied")?.outcome?.written),
    ...since("TimeToProof", attempts.find(isProved)?.concluded?.written),
    ...since("TimeToEnd", closed?.written),
    ...counted(denials(story), (guard) => guard).map(([guard, value]): Measure => ({ metric: "Denials", value, of: { guard } })),
    ...counted(attempts.map(kindAndEffect), ({ kind, effect }) => `${kind} ${effect}`).map(
      ([of, value]): Measure => ({ metric: "Attempts", value, of }),
    ),
    ...(ticket ? [{ metric: "Tickets", value: 1, of: { cluster } } as const] : []),
  ];
}

/** That a change was taken back proves nothing of what it was made for. */
const isProved = ({ intent, concluded }: Attempt): boolean => concluded?.proof === "proved" && !intent.undoes;

const kindAndEffect = ({ intent, outcome }: Attempt) => ({ kind: intent.remedy.kind, effect: outcome?.effect ?? "unknown" });

/** The guard of each reason of each refusal, at the plan and at the write. */
const denials = (story: readonly LedgerRecord[]): readonly string[] =>
  story.flatMap((record) =>
    record.type === "decided" && record.verdict.verdict === "deny"
      ? record.verdict.reasons.filter(({ rule }) => rule === "deny").map(({ guard }) => guard)
      : [],
  );

/** The first of each name, and how many there are. */
const counted = <T>(all: readonly T[], nameOf: (one: T) => string): readonly (readonly [T, number])[] =>
  [...Map.groupBy(all, nameOf).values()].flatMap((same) => same.slice(0, 1).map((first) => [first, same.length] as const));
