import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import type { Announcer, Ledger, Waker } from "../kernel/ports.ts";
import type { Instant, Policy } from "../kernel/types/index.ts";
import { answer } from "../lambdas/answer/handler.ts";
import { what } from "./console/tell.ts";

/** How approvals are answered on this machine. */
export type Approver =
  | { readonly by: "yes" }
  | { readonly by: "terminal" }
  /** Practice without a terminal: answers after a second, and stands in the record as what it is. */
  | { readonly by: "practice" }
  /** Nobody here: somebody runs `remediator approve`, or the time runs out. */
  | { readonly by: "nobody" };

export const practiceApprover = "practice-approver";
export const localUser = (): string => `terminal:${userInfo().username}`;

export interface Answering {
  readonly answerOn: () => { readonly ledger: Ledger; readonly waker: Waker };
  readonly policy: Policy;
  readonly clock: () => Instant;
  readonly say: (text: string) => void;
}

/** Asks in the way that was chosen, without holding up whoever announces: the answer comes in by itself. */
export function announcerFor(approver: Approver, on: Answering): Announcer {
  return {
    approvalWaits: async ({ incident, remedy, plan }) => {
      const reply = async (yes: boolean, by: string) => {
        const answered = await answer({ id: incident.id, plan, yes, by }, { ...on.answerOn(), policy: on.policy, clock: on.clock });
        if (answered.did === "refused") on.say(answered.says);
      };
      const asking = {
        yes: () => reply(true, localUser()),
        practice: () => setTimeout(1000).then(() => reply(true, practiceApprover)),
        terminal: async () => reply(await confirmed(`Approve ${what(remedy)}? [y/N] `), localUser()),
        nobody: async () => on.say(`an approval waits: remediator approve ${incident.id}`),
      }[approver.by];
      asking().catch((error: unknown) =>
        on.say(`the answer could not be recorded: ${error instanceof Error ? error.message : String(error)}`),
      );
    },
  };
}

async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
