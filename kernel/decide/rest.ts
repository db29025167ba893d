import { after } from "../time.ts";
import type { Incident, Instant, Policy } from "../types/index.ts";

/** Until when an incident does not look: where one about the same was closed before it, what that one did may still be settling. */
export const restsUntil = ({ openedAt, generation }: Incident, { pauseSeconds }: Pick<Policy["timing"], "pauseSeconds">): Instant =>
  after(openedAt, generation > 1 ? pauseSeconds : 0);
