import type { Recorded } from "../progress.ts";
import { after, earliest, latest, secondsBetween } from "../time.ts";
import type { Instant, Next } from "../types/index.ts";
import type { Deciding } from "./step.ts";

/** Of one Ask: the workflow ends it then, and at no other time by itself. The deadline of the approval is the ledger's. */
export const longestAskSeconds = 900;
/** So long after the deadline an Ask may end at the latest. */
export const lateSeconds = 60;

/** Whether an Ask that begins now ends in time; else whoever asks gives the token back at once. */
export const askEndsInTime = (now: Instant, until: Instant): boolean => secondsBetween(now, until) >= longestAskSeconds - lateSeconds;

/**
 * Where an approval is waited for. In Ask, which an answer wakes, for as long as it ends in time, and once in any case, for Ask tells people. The last
 * stretch in short waits, after each of which one looks for the answer.
 */
export function whereToWait({ written, until }: Recorded<"asked">, { view, from, policy, now }: Deciding): Next {
  const pause = policy.timing.lookAgainSeconds;
  // What failed was given a breath, which is no wait for an answer.
  const failures = view.story.filter((record) => record.type === "faulted" && record.written > written);
  const since = latest(written, ...failures.map((record) => after(record.written, pause)));
  const told = from === "Ask" || (from === "Settle" && now >= after(since, pause));
  return askEndsInTime(now, until) || !told ? { to: "Ask", until } : { to: "Settle", until: earliest(until, after(now, pause)) };
}
