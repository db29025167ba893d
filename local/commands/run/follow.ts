import { setTimeout } from "node:timers/promises";
import type { IncidentId, LedgerRecord, LedgerView, Result } from "../../../kernel/types/index.ts";
import { say } from "../../console/say.ts";

export interface Followed {
  readonly view: (id: IncidentId) => Promise<LedgerView | undefined>;
  readonly show: (record: LedgerRecord) => Promise<void>;
  /** Whether the process that does the work is there. */
  readonly alive: () => boolean;
  readonly stopped: Promise<void>;
  /** Why nothing happens yet, if the story of that moment says so. */
  readonly rests: (story: readonly LedgerRecord[]) => string | undefined;
  /** How often to look, in milliseconds. */
  readonly everyMs?: number;
}

/** Shows the records of an incident as they come, those of its parent where it is folded, until the end; `left` where that is not waited for. */
export async function follow(id: IncidentId, { view, show, alive, stopped, rests, everyMs = 200 }: Followed): Promise<Result | "left"> {
  const stop = stopped.then(() => "stop" as const);
  let at = id;
  let shown = 0;
  let said: string | undefined;
  for (;;) {
    // Asked first, and read then: what it wrote last is seen.
    const works = alive();
    const story: readonly LedgerRecord[] = (await view(at))?.story ?? [];
    for (const record of story.slice(shown)) await show(record);
    shown = story.length;
    const says = rests(story);
    if (says && says !== said) say(says);
    said = says ?? said;
    const into = story.find((record) => record.type === "folded");
    const end = story.at(-1);
    if (into) [at, shown] = [into.into, 0];
    else if (end?.type === "closed") return end.result;
    else if (!works || (await Promise.race([stop, setTimeout(everyMs)])) === "stop") return "left";
  }
}
