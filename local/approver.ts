import { userInfo } from "node:os";
import { setTimeout } from "node:timers/promises";
import type { Announce } from "../adapters/alertmanager/post.ts";
import { plainText } from "../adapters/redact/plain.ts";
import type { Announcer, Ledger, Waker } from "../kernel/ports.ts";
import { progress } from "../kernel/progress.ts";
import type { Instant, Policy } from "../kernel/types/index.ts";
import { answer } from "../lambdas/answer/handler.ts";
import { waitingAlert } from "./announcing.ts";
import { type Called, what } from "./console/tell.ts";
import type { Questions } from "./questions.ts";

/** How approvals are answered on this machine. */
export type Approver =
  | { readonly by: "yes" }
  | { readonly by: "terminal" }
  /** Practice without a terminal: answers after a second, and stands in the record as what it is. */
  | { readonly by: "practice" }
  /** Nobody here: Alertmanager tells who is on call, somebody runs `remediator approve`, or the time runs out. */
  | { readonly by: "nobody" };

export const practiceApprover = "practice-approver";
export const localUser = (): string => `terminal:${userInfo().username}`;

export interface Answering {
  readonly answerOn: () => { readonly ledger: Ledger; readonly waker: Waker };
  readonly policy: Policy;
  readonly clock: () => Instant;
  readonly say: (text: string) => void;
  /** Where alerts of our own go, if there is an Alertmanager. */
  readonly announce?: Announce;
  /** How the command is called that answers from elsewhere. */
  readonly called: Called;
  /** Where `terminal` asks. */
  readonly questions: Pick<Questions, "ask">;
}

type Waiting = Parameters<Announcer["approvalWaits"]>[0];

/** Asks in the way that was chosen, without holding up whoever announces: the answer comes in by itself. */
export function announcerFor(approver: Approver, on: Answering): Announcer {
  const asked = new Set<string>();
  return {
    approvalWaits: async (waiting) => {
      const { incident, remedy, plan } = waiting;
      const reply = async (yes: boolean, by: string) => {
        const answered = await answer({ id: incident.id, plan, yes, by }, { ...on.answerOn(), policy: on.policy, clock: on.clock });
        if (answered.did === "refused") on.say(answered.says);
      };
      const asking = {
        yes: () => reply(true, localUser()),
        practice: () => setTimeout(1000).then(() => reply(true, practiceApprover)),
        terminal: () =>
          once(asked, `${incident.id} ${plan}`, async () => {
            const text = `Approve ${plainText(what(remedy))} (incident ${incident.id})? [y/N] `;
            const said = await on.questions.ask(text, () => stands(waiting, on));
            if (said !== undefined) await reply(/^y(es)?$/i.test(said.trim()), localUser());
          }),
        nobody: async () => {
          on.say(`an approval waits: ${on.called("approve", incident.id)}`);
          await on.announce?.(waitingAlert(waiting, on.clock(), on.called));
        },
      }[approver.by];
      asking().catch((error: unknown) => on.say(`${failed[approver.by]}: ${error instanceof Error ? error.message : String(error)}`));
    },
  };
}

/** Whether this plan still waits for its answer: nobody gave one elsewhere, nothing voided it, and there is time. */
async function stands({ incident, plan, until }: Waiting, { answerOn, clock }: Answering): Promise<boolean> {
  const view = await answerOn().ledger.view(incident.id);
  if (!view || clock() >= until) return false;
  const { asked, answers, closed } = progress(view.story);
  return !closed && asked?.plan === plan && !answers.has(plan);
}

/** The workflow announces again what still waits: who was asked is not asked twice at once. */
async function once(under: Set<string>, key: string, work: () => Promise<void>): Promise<void> {
  if (under.has(key)) return;
  under.add(key);
  try {
    await work();
  } finally {
    under.delete(key);
  }
}

const unrecorded = "the answer could not be recorded";
const failed: Readonly<Record<Approver["by"], string>> = {
  yes: unrecorded,
  practice: unrecorded,
  terminal: unrecorded,
  nobody: "nobody could be told that an approval waits",
};
