import { settledAfter } from "../permit.ts";
import { ruleOf } from "../plan.ts";
import type { Permitted } from "../ports.ts";
import type { Attempt } from "../progress.ts";
import { after } from "../time.ts";
import type { Done, Entry, LedgerView } from "../types/index.ts";
import { type Acting, Overtaken, writerFor } from "./acting.ts";

/**
 * Finds out by reading what became of a write without an answer: only once it is over, or will never be, for what is read before that may still
 * change. Rejects where it cannot be read: then it is asked again, and nothing is on record meanwhile.
 */
export async function reconcile({ intent }: Attempt, view: LedgerView, on: Acting): Promise<void> {
  const over = settledAfter(on.policy, intent.writeBefore);
  if (on.clock() < over) throw new Overtaken(`the write may be under way until ${over}`);
  const permitted = on.ledger.permitOf(view, intent);
  const became = await writerFor(intent.remedy, on).reconcile(permitted);
  await recordOutcome(
    permitted,
    became === "unknown" ? { effect: "unknown", says: "the write gave no answer, and reading does not tell what became of it" } : became,
    on,
  );
}

/** The write has happened: its outcome goes on record whatever else was recorded meanwhile. */
export async function recordOutcome(
  { incident, intent, remedy }: Permitted,
  { effect, says }: Done | { readonly effect: "unknown"; readonly says: string },
  on: Acting,
): Promise<void> {
  const settle = ruleOf(on.rules.remedies, remedy.kind).settleSeconds * on.policy.timing.settleFactor;
  for (;;) {
    const view = await on.ledger.view(incident);
    if (!view) throw new TypeError(`there is no incident ${incident}`);
    if (view.story.some((one) => one.type === "outcome" && one.intent === intent)) return;
    const now = on.clock();
    const entry: Entry = { type: "outcome", intent, effect, says, lookAt: after(now, settle) };
    if ((await on.ledger.append(view, [entry], on.by, now)) !== "conflict") return;
  }
}
