import { type Ledger, type Rejection, Unreachable } from "../../kernel/ports.ts";
import type { IncidentId, Instant, Policy, Sha256 } from "../../kernel/types/index.ts";
import { bounded } from "./bounded.ts";
import type { Delivery, Rejected } from "./delivery.ts";
import type { Group, Sorted } from "./sort.ts";

export interface Recording {
  readonly ledger: Pick<Ledger, "openOrJoin" | "reject">;
  readonly policy: Policy;
}

const parallel = 24;

/** A group, and the incident that it is in; none where only resolved alerts came, and nothing is open. */
export interface Opened {
  readonly id: IncidentId | undefined;
  readonly group: Group;
}

/** What could be put on record, and why the rest could not. */
export interface Recorded {
  readonly opened: readonly Opened[];
  readonly failures: readonly unknown[];
}

export async function openAll(
  groups: readonly Group[],
  now: Instant,
  { ledger, policy }: Recording,
  enough: AbortSignal,
): Promise<Recorded> {
  const run = async (group: Group): Promise<Opened> => {
    const opened = await ledger.openOrJoin({ ...group.key, alerts: group.alerts, policy: policy.version }, now);
    return { id: opened.did === "nothing-open" ? undefined : opened.id, group };
  };
  const results = await bounded(groups, parallel, run, enough);
  const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return { opened, failures: failuresOf(results, enough) };
}

/** Rejected and ignored alerts, and those that the sender left out. Gives why some could not be noted. */
export async function noteAll(
  { rejected, ignored }: Sorted,
  { heard, rejected: unread, truncated }: Delivery,
  body: Sha256,
  at: Instant,
  { ledger }: Recording,
  enough: AbortSignal,
): Promise<readonly unknown[]> {
  const notes: readonly Pick<Rejection, "index" | "reason" | "ignored">[] = [
    ...rejected.map(({ index, field, reason }: Rejected) => ({ index, reason: `${field} ${reason}` })),
    ...ignored.map(({ index, reason }) => ({ index, reason, ignored: true as const })),
    ...(truncated > 0
      ? [{ index: heard.length + unread.length, reason: `the sender left out ${truncated} alerts: its max_alerts is too small` }]
      : []),
  ];
  return failuresOf(await bounded(notes, parallel, (note) => ledger.reject({ ...note, at, body }), enough), enough);
}

const failuresOf = (results: readonly PromiseSettledResult<unknown>[], { reason }: AbortSignal): readonly unknown[] =>
  results.flatMap((result) => (result.status === "rejected" ? [result.reason === reason ? outOfTime : result.reason] : []));
const outOfTime = new Unreachable("there was no more time for this delivery");

/** Of what failed: trouble that passes only where there is no other, for a mistake must not look like it. Undefined where nothing did. */
export const worst = (failures: readonly unknown[]): unknown =>
  failures.find((failure) => !(failure instanceof Unreachable)) ?? failures[0];
