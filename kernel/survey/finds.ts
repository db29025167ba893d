import { settledAfter } from "../permit.ts";
import { type Progress, type Recorded, underWay, untaken } from "../progress.ts";
import { after, ago, secondsBetween } from "../time.ts";
import type { ClusterState, Instant, LedgerView, Policy } from "../types/index.ts";

/** An open incident as the survey sees it. */
export interface Seen {
  readonly view: LedgerView;
  readonly at: Progress;
  readonly policy: Policy;
  readonly now: Instant;
}

/** The longest turn of the workflow: a writer's function with all that its state grants it, and a cold start. What is late by less is under way. */
export const turnSeconds = 6 * 60;
/** The longest that an execution sleeps without looking: one Ask. */
export const sleepSeconds = 15 * 60;
/** By then the sweep before this one has started whatever was left. */
export const startedSeconds = 2 * 60;

const isPast = (now: Instant, due: Instant, seconds: number): boolean => now > after(due, seconds);
const late = (now: Instant, due: Instant): string => `${ago(secondsBetween(due, now))} late`;

/** The question that waits for a person, if one does. */
export function waitingFor({ at, view }: Seen): Recorded<"asked"> | undefined {
  const { asked, answers, escalating, closed } = at;
  const waits = asked && !answers.has(asked.plan) && !escalating && !closed && untaken(view, at).length === 0;
  return waits ? asked : undefined;
}

/** Handed over, but nobody has it yet. */
export const ticketWaits = ({ at: { escalating, ticket } }: Seen): boolean => escalating !== undefined && !ticket;

/** What should not be, of one open incident: each says so in a sentence, or nothing. */
export const finders = {
  "too-old": ({ at, policy, now }: Seen) => {
    const { incident, escalating } = at;
    const bound = after(incident.openedAt, policy.limits.ageSeconds);
    const elsewhere = escalating || underWay(at);
    return !elsewhere && isPast(now, bound, sleepSeconds + turnSeconds)
      ? `open for ${ago(secondsBetween(incident.openedAt, now))}, and nobody was told`
      : undefined;
  },
  "approval-overdue": (seen: Seen) => {
    const asked = waitingFor(seen);
    return asked && isPast(seen.now, asked.until, sleepSeconds + turnSeconds)
      ? `its approval was to be answered until ${asked.until}: what follows is ${late(seen.now, asked.until)}`
      : undefined;
  },
  "ticket-overdue": (seen: Seen) => {
    const { escalating } = seen.at;
    return escalating && ticketWaits(seen) && isPast(seen.now, escalating.written, turnSeconds)
      ? `its ticket is ${late(seen.now, escalating.written)}: ${escalating.why}`
      : undefined;
  },
  "close-overdue": ({ at: { ticket }, now }: Seen) =>
    ticket && isPast(now, ticket.commentAt, turnSeconds)
      ? `the logs after, and the end, are ${late(now, ticket.commentAt)} at ticket ${ticket.ticket}`
      : undefined,
  "outcome-missing": ({ at, policy, now }: Seen) => {
    const attempt = underWay(at);
    if (!attempt || attempt.outcome) return undefined;
    const { remedy, writeBefore } = attempt.intent;
    const over = settledAfter(policy, writeBefore);
    return isPast(now, over, turnSeconds)
      ? `nobody has found out what became of ${remedy.kind} ${remedy.target.name}: ${late(now, over)}`
      : undefined;
  },
  "undo-overdue": ({ view, at, now }: Seen) => {
    const planned = view.story.findLast(
      (record): record is Recorded<"decided"> => record.type === "decided" && record.undoes !== undefined,
    );
    if (!planned) return undefined;
    const done = at.attempts.some(({ intent, outcome }) => intent.undoes === planned.undoes && takenBack.includes(outcome?.effect ?? ""));
    const { kind, target } = planned.remedy;
    return !done && isPast(now, planned.written, turnSeconds)
      ? `${kind} ${target.name} did not help, and taking it back is ${late(now, planned.written)}`
      : undefined;
  },
} as const satisfies Readonly<Record<string, (seen: Seen) => string | undefined>>;

const takenBack: readonly string[] = ["applied", "already-so"];

/** Of one cluster: a lease that nobody gave back. */
export function overdueLease({ lease }: ClusterState, now: Instant): string | undefined {
  return lease && isPast(now, lease.until, turnSeconds)
    ? `${lease.holder} was to have changed it until ${lease.until}, and has not given it back: ${late(now, lease.until)}`
    : undefined;
}
