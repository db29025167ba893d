import type { Ledger, Waker } from "../../../kernel/ports.ts";
import { progress } from "../../../kernel/progress.ts";
import { instant } from "../../../kernel/time.ts";
import type { IncidentId, Sha256 } from "../../../kernel/types/index.ts";
import { type Answered, answer } from "../../../lambdas/answer/handler.ts";
import { localUser } from "../../approver.ts";
import { say } from "../../console/say.ts";
import { what } from "../../console/tell.ts";
import { heldBy } from "../../lock.ts";
import { places } from "../../places.ts";
import type { AnswerOptions } from "../answer.ts";
import { idOf, withLedger, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import { readInForce } from "../in-force.ts";
import { notYet, resting } from "../incident/resting.ts";
import { digitsOf } from "./plan.ts";

/** The process that waits looks for answers by itself: nothing is woken from here. */
const waker: Waker = { wake: async () => {} };

/** Puts the answer on record through the same handler as everywhere. */
export async function reply(text: string, yes: boolean, { plan, ...where }: AnswerOptions): Promise<number> {
  const { data } = where;
  const id = await withReading(where, (ledger) => idOf(ledger, text));
  const { policy } = readInForce(data);
  const by = localUser();
  const answered = await withLedger(where, async (ledger) => {
    const meant = plan === undefined ? undefined : await planOf(id, plan, ledger);
    return answer({ id, yes, by, ...(meant ? { plan: meant } : {}) }, { ledger, waker, policy, clock: () => instant(Date.now()) });
  });
  if (answered.did === "refused") {
    const rests = await withReading(where, async ({ view }) =>
      resting((await view(id))?.story ?? [], policy.timing.pauseSeconds, instant(Date.now())),
    );
    say(refusal(rests && answered.code === 409 ? { ...answered, says: notYet(id, rests) } : answered, policy.approvers));
    return answered.code === 404 ? exitCodes.usage : exitCodes.fault;
  }
  const { remedy } = answered;
  say(`${yes ? "approved" : "declined"} by ${by}: ${what(remedy)}\n  why: ${remedy.why}\n  plan: ${answered.plan}\n  incident: ${id}`);
  if (heldBy(places(data).lock) === undefined)
    say("  nothing runs with this data folder now: it counts once `remediator start` runs again, if that is in time");
  return exitCodes.fine;
}

/** The whole digest of the plan that waits, where these are its first digits; what was given otherwise, which then answers nothing. */
async function planOf(id: IncidentId, given: string, ledger: Pick<Ledger, "view">): Promise<Sha256> {
  const plan = digitsOf(given);
  const view = await ledger.view(id);
  const waits = view && progress(view.story).asked?.plan;
  return waits?.startsWith(plan) ? waits : (plan as Sha256);
}

const refusal = ({ code, says }: Extract<Answered, { did: "refused" }>, approvers: readonly string[]): string =>
  code === 403 ? `refused: ${says}. policy.approvers has: ${approvers.join(", ") || "nobody"}` : `refused: ${says}`;
