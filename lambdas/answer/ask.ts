import { askEndsInTime } from "../../kernel/decide/asking.ts";
import type { Announcer, Ledger, Waker } from "../../kernel/ports.ts";
import { overtakes, progress } from "../../kernel/progress.ts";
import type { IncidentId, Instant } from "../../kernel/types/index.ts";

/** What the state Ask hands over. The token is a credential: it is stored, and shown to no one. */
export interface Input {
  readonly id: IncidentId;
  readonly token: string;
}
export interface Ports {
  readonly ledger: Ledger;
  readonly waker: Waker;
  readonly announcer: Announcer;
  readonly clock: () => Instant;
}

/**
 * Stores the token, then reads once more: an answer (or a `resolved`) that came before the token was there would wake nobody.
 * Announcing may fail: then it is done again. Where the wait would outlast the approval's deadline, the token goes back once people are told.
 */
export async function ask({ id, token }: Input, { ledger, waker, announcer, clock }: Ports): Promise<void> {
  await ledger.putToken(id, token);
  const view = await ledger.view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const at = progress(view.story);
  const { decision, asked } = at;
  const waits = decision && asked && !at.closed && !overtakes(view, at) && !at.answers.has(asked.plan);
  if (!waits) return waker.wake(token);
  await announcer.approvalWaits({ incident: at.incident, remedy: decision.remedy, plan: asked.plan, until: asked.until });
  if (!askEndsInTime(clock(), asked.until)) await waker.wake(token);
}
