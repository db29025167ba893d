import { incidentId } from "../../kernel/ids.ts";
import type { Ledger } from "../../kernel/ports.ts";
import { secondsBetween } from "../../kernel/time.ts";
import type { Instant, LedgerView, Result } from "../../kernel/types/index.ts";
import type { Find } from "../../runbook/patrol.ts";
import { scenario, scopeOfFind } from "./report.ts";

const hour = 3600;
const day = 24 * hour;
/**
 * Seconds after which a workload that is found again is told again, by how its last incident ended. Alertmanager has its repeat_interval, and the
 * patrol this: people who have a ticket need no second one with each round, but what was repaired and is broken again is another matter.
 */
const again: Readonly<Record<Result, number>> = {
  proved: 0,
  "self-healed": hour,
  "repaired-unproved": day,
  observed: day,
  declined: day,
  escalated: day,
  folded: day,
  ignored: day,
};

export interface Known {
  readonly cluster: string;
  readonly ledger: Pick<Ledger, "view">;
  readonly now: Instant;
}

/** False while an incident about it is open, and for some time after one ended. */
export async function isNews(find: Find, { cluster, ledger, now }: Known): Promise<boolean> {
  const key = { cluster, scenario, scope: scopeOfFind(find) };
  const last = (await newest((generation) => ledger.view(incidentId(key, generation))))?.story.at(-1);
  if (!last) return true;
  return last.type === "closed" && secondsBetween(last.written, now) >= again[last.result];
}

/** Generations have no gaps: doubles up to one that is not there, then halves down to the last that is. */
async function newest(viewOf: (generation: number) => Promise<LedgerView | undefined>): Promise<LedgerView | undefined> {
  let found: LedgerView | undefined;
  let there = 0;
  let missing = 1;
  for (let view = await viewOf(missing); view; view = await viewOf(missing)) {
    found = view;
    there = missing;
    missing *= 2;
  }
  while (missing - there > 1) {
    const middle = Math.floor((there + missing) / 2);
    const view = await viewOf(middle);
    if (view) found = view;
    if (view) there = middle;
    else missing = middle;
  }
  return found;
}
