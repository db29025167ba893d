import type { Command } from "commander";
import { helpEnd, usage, withData } from "./options.ts";

export interface AnswerOptions {
  readonly data: string;
  readonly plan?: string;
}

const exits = {
  0: "the answer is on record",
  1: "refused: not yours to answer, nothing waits, answered already, too late, or the plan has changed",
  2: `${usage}, or there is no such incident`,
};

/** Whoever types it answers as `terminal:<user>`, under the policy that the running process goes by. */
export function addAnswer(root: Command, done: (code: number) => void): void {
  const add = (name: "approve" | "decline", description: string) =>
    withData(root.command(name).argument("<id>", "the incident, or the beginning of its id").description(description))
      .option("--plan <sha>", "answer only this plan, as it was shown (at least 8 of its digits)")
      .addHelpText(
        "after",
        helpEnd({
          examples: [`remediator ${name} practice-svids-checkout`, `remediator ${name} practice-svids-checkout --plan 1b9f3c0a77d2`],
          exits,
        }),
      )
      .action(async (id: string, options: AnswerOptions) => {
        const { reply } = await import("./answer/reply.ts");
        done(await reply(id, name === "approve", options));
      });
  add("approve", "allow the change that an incident waits to make");
  add("decline", "refuse it: the incident then goes to people");
}
