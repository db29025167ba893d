import { after } from "../time.ts";
import type { Incident, Instant, Policy } from "../types/index.ts";

/** Until when an incident does not look: where one about the same was closed before it, what that one did may still be settling. */
export const restsUntil = (
  { openedAt, after: closed }: Pick<Incident, "openedAt" | "after">,
  { pauseSeconds }: Pick<Policy["timing"], "pauseSeconds">,
): Instant => (closed ? after(closed, pauseSeconds) : openedAt);
