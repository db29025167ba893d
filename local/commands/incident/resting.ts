import { restsUntil } from "../../../kernel/decide/rest.ts";
import { progress } from "../../../kernel/progress.ts";
import { ago } from "../../../kernel/time.ts";
import type { IncidentId, Instant, LedgerRecord } from "../../../kernel/types/index.ts";
import { some } from "../../../kernel/types/index.ts";
import { readInForce } from "../in-force.ts";
import type { Where } from "../options.ts";

/** Until when an incident only rests, and why, as a sentence; undefined where it does not, or where nobody tells for how long (no `pauseSeconds`). */
export function resting(records: readonly LedgerRecord[], pauseSeconds: number | undefined, now: Instant): string | undefined {
  const story = some(records);
  if (!story || pauseSeconds === undefined) return undefined;
  const { incident, diagnoses, attempts, escalating, closed } = progress(story);
  const until = restsUntil(incident, { pauseSeconds });
  if (now >= until || closed || escalating || diagnoses + attempts.length > 0) return undefined;
  return `rests until ${until.slice(11, 19)}: an incident about the same was closed at ${incident.after?.slice(11, 19)}, and the next one looks ${ago(pauseSeconds)} after that at the earliest (timing.pauseSeconds)`;
}

/** Of an incident that rests there is no plan to answer. */
export const notYet = (id: IncidentId, rests: string): string => `nothing is asked yet: ${id} ${rests}`;

/** `timing.pauseSeconds` of the policy in force; undefined where nothing tells. */
export async function pauseOf({ data, stack, region }: Where): Promise<number | undefined> {
  if (stack !== undefined) {
    const { withStack } = await import("../../stack/stack.ts");
    return withStack(stack, region, ({ pauseSeconds }) => pauseSeconds());
  }
  try {
    return readInForce(data).policy.timing.pauseSeconds;
  } catch {
    return undefined;
  }
}
