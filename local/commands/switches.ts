import { type Command, Option } from "commander";
import { kinds } from "../../adapters/policy/names.ts";
import type { Kind } from "../../kernel/types/index.ts";
import { helpEnd, usage, withData } from "./options.ts";

export interface StopOptions {
  readonly data: string;
  readonly why: string;
  readonly cluster?: string;
}
export interface ResumeOptions {
  readonly data: string;
  readonly cluster?: string;
  readonly breaker?: Kind;
}

/** Both work while `remediator start` runs: the switches are in the ledger, and the permit transaction reads them. */
export function addSwitches(root: Command, done: (code: number) => void): void {
  withData(root.command("stop").description("permit no write any more, at once; diagnosing and tickets go on"))
    .option("--cluster <name>", "only in this cluster (default: everywhere)")
    .requiredOption("--why <text>", "stands on record, and where a write is refused")
    .addHelpText(
      "after",
      helpEnd({
        examples: ['remediator stop --why "maintenance until 18:00"', 'remediator stop --cluster production --why "it restarts too much"'],
        exits: { 0: "stopped", 2: `${usage}, or there is no such cluster` },
      }),
    )
    .action(async (options: StopOptions) => {
      const { stop } = await import("./switches/stop.ts");
      done(await stop(options));
    });
  withData(root.command("resume").description("take a stop back, or close a breaker"))
    .option("--cluster <name>", "the stop of this cluster (default: the one that is for everywhere)")
    .addOption(new Option("--breaker <kind>", "instead: let this kind of remedy be used again").choices(kinds))
    .addHelpText(
      "after",
      helpEnd({
        examples: ["remediator resume", "remediator resume --cluster production", "remediator resume --breaker rollout-restart"],
        exits: { 0: "done", 2: `${usage}, or there is no such cluster` },
      }),
    )
    .action(async (options: ResumeOptions) => {
      const { resume } = await import("./switches/resume.ts");
      done(await resume(options));
    });
}
