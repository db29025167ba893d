import type { Ledger, Waker } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { IncidentId, Instant, Policy, Remedy, Sha256 } from "../../kernel/types/index.ts";

export interface Answer {
  readonly id: IncidentId;
  /** As it was shown; an answer to another plan answers nothing. Without it: the plan that waits now. */
  readonly plan?: Sha256;
  readonly yes: boolean;
  /** Who, as the way in has authenticated it: an ARN on AWS, the user's name on one machine. */
  readonly by: string;
}
export interface Ports {
  readonly ledger: Ledger;
  readonly waker: Waker;
  readonly policy: Policy;
  readonly clock: () => Instant;
}
export type Answered =
  | { readonly did: "recorded"; readonly remedy: Remedy; readonly plan: Sha256 }
  | { readonly did: "refused"; readonly code: 403 | 404 | 409; readonly says: string };

const refused = (code: 403 | 404 | 409, says: string): Answered => ({ did: "refused", code, says });

/** The answer goes on record first; the token then only wakes. */
export async function answer({ id, plan, yes, by }: Answer, { ledger, waker, policy, clock }: Ports): Promise<Answered> {
  if (!mayAnswer(by, policy)) return refused(403, `${by} may not answer: the policy's approvers do not name them`);
  for (;;) {
    const view = await ledger.view(id);
    if (!view) return refused(404, `there is no incident ${id}`);
    const { asked, decision, answers, closed } = progress(view.story);
    if (closed || !asked || !decision) return refused(409, `${id} waits for no answer`);
    if (plan && plan !== asked.plan) return refused(409, "the plan has changed since it was shown: look at it again");
    const given = answers.get(asked.plan);
    if (given) return refused(409, `${given.who} has answered already`);
    const now = clock();
    if (now >= asked.until) return refused(409, `the time to answer was over at ${asked.until}`);
    if ((await ledger.append(view, [{ type: "answered", plan: asked.plan, who: by, yes }], by, now)) === "conflict") continue;
    await wake(id, ledger, waker);
    return { did: "recorded", remedy: decision.remedy, plan: asked.plan };
  }
}

/** Wakes whoever waits for this incident; nobody waiting is no error. */
export async function wake(id: IncidentId, ledger: Ledger, waker: Waker): Promise<void> {
  const token = await ledger.token(id);
  if (token) await waker.wake(token);
}

/** Exact names, or a prefix that ends in `*`, as in the policy. */
export const mayAnswer = (by: string, { approvers }: Policy): boolean =>
  approvers.some((name) => (name.endsWith("*") ? by.startsWith(name.slice(0, -1)) : by === name));
