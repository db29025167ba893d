import type { World } from "../../kernel/ports.ts";
import type { Instant } from "../../kernel/types/index.ts";
import { worldOf } from "./index.ts";
import { cannot } from "./reading.ts";

/** A world that cannot be reached at all: whatever is asked is unavailable, for this reason. So who only wants to tell people still can. */
export function nowhere(reason: string, clock: () => Instant): World {
  const reader = async () => cannot(reason);
  return worldOf({ kubernetes: reader, logs: reader, prometheus: reader, alertmanager: reader, clock });
}
