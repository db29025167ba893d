import type { Command } from "commander";
import { helpEnd, noAnswer, usage, type Where, withPlace } from "./options.ts";

export interface AnswerOptions extends Where {
  readonly plan?: string;
}

const exits = {
  0: "the answer is on record",
  1: "refused: not yours to answer, nothing waits, answered already, too late, or the plan has changed",
  2: `${usage}, or there is no such incident; of a stack, an approval without --plan shows what waits`,
  3: `${noAnswer}: whether the answer is on record is not known`,
};

/** Whoever types it answers as `terminal:<user>`, under the policy that the running process goes by; of a stack, as whom AWS knows them. */
export function addAnswer(root: Command, done: (code: number) => void): void {
  const add = (name: "approve" | "decline", description: string) =>
    withPlace(root.command(name).argument("<id>", "the incident, or the beginning of its id").description(description))
      .option("--plan <sha>", "answer only this plan, as it was shown (at least 8 of its digits)")
      .addHelpText(
        "after",
        helpEnd({
          examples: [
            `remediator ${name} practice-svids-checkout`,
            `remediator ${name} practice-svids-checkout --plan 1b9f3c0a77d2 --stack remediator`,
          ],
          exits,
        }),
      )
      .action(async (id: string, options: AnswerOptions) => {
        const { reply } = options.stack === undefined ? await import("./answer/reply.ts") : await import("./answer/post.ts");
        done(await reply(id, name === "approve", options));
      });
  add("approve", "allow the change that an incident waits to make");
  add("decline", "refuse it: the incident then goes to people");
}
