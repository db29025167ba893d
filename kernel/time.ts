import type { Instant } from "./types/index.ts";

/** The instant of a clock's milliseconds since 1970. */
export const instant = (milliseconds: number): Instant => new Date(milliseconds).toISOString() as Instant;

export const milliseconds = (at: Instant): number => Date.parse(at);

export const after = (at: Instant, seconds: number): Instant => instant(milliseconds(at) + seconds * 1000);

/** From `a` to `b`, in seconds; negative where `b` comes first. */
export const secondsBetween = (a: Instant, b: Instant): number => (milliseconds(b) - milliseconds(a)) / 1000;

export const earliest = (...at: readonly [Instant, ...Instant[]]): Instant => at.reduce((a, b) => (a < b ? a : b));

export const latest = (...at: readonly [Instant, ...Instant[]]): Instant => at.reduce((a, b) => (a > b ? a : b));

/** How long ago, as people say it: `40 s`, `12 min`, `5 h`, `3 d`. */
export function ago(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}
