import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import type { Announce } from "../adapters/alertmanager/post.ts";
import type { Announcer, Ledger, Waker } from "../kernel/ports.ts";
import type { Instant, Policy } from "../kernel/types/index.ts";
import { answer } from "../lambdas/answer/handler.ts";
import { waitingAlert } from "./announcing.ts";
import { what } from "./console/tell.ts";

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
}

/** Asks in the way that was chosen, without holding up whoever announces: the answer comes in by itself. */
export function announcerFor(approver: Approver, on: Answering): Announcer {
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
        terminal: async () => reply(await confirmed(`Approve ${what(remedy)}? [y/N] `), localUser()),
        nobody: async () => {
          on.say(`an approval waits: remediator approve ${incident.id}`);
          await on.announce?.(waitingAlert(waiting, on.clock()));
        },
      }[approver.by];
      asking().catch((error: unknown) => on.say(`${failed[approver.by]}: ${error instanceof Error ? error.message : String(error)}`));
    },
  };
}

const unrecorded = "the answer could not be recorded";
const failed: Readonly<Record<Approver["by"], string>> = {
  yes: unrecorded,
  practice: unrecorded,
  terminal: unrecorded,
  nobody: "nobody could be told that an approval waits",
};

async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
