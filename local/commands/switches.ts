import { type Command, Option } from "commander";
import { kinds } from "../../adapters/policy/names.ts";
import type { Kind } from "../../kernel/types/index.ts";
import { helpEnd, noAnswer, usage, type Where, withPlace } from "./options.ts";

export interface StopOptions extends Where {
  readonly why: string;
  readonly cluster?: string;
}
export interface ResumeOptions extends Where {
  readonly cluster?: string;
  readonly breaker?: Kind;
}

interface Emergency {
  readonly emergency: boolean;
}

/** Of writing at all, by AWS: where nobody trusts our own tables any more. */
const emergency = (means: string) => new Option("--emergency", means).conflicts(["cluster", "breaker"]).default(false);

/** Both work while `remediator start` runs: the switches are in the ledger, and the permit transaction reads them. */
export function addSwitches(root: Command, done: (code: number) => void): void {
  withPlace(root.command("stop").description("permit no write any more, at once; diagnosing and tickets go on"))
    .option("--cluster <name>", "only in this cluster (default: everywhere)")
    .addOption(emergency("with --stack: let none of the functions that write run at all; works without our tables"))
    .requiredOption("--why <text>", "stands on record, and where a write is refused")
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          'remediator stop --why "maintenance until 18:00"',
          'remediator stop --cluster production --why "it restarts too much" --stack remediator',
          'remediator stop --emergency --why "it does what it should not" --stack remediator',
        ],
        exits: {
          0: "stopped",
          1: "with --emergency: a function could not be stopped",
          2: `${usage}, or there is no such cluster`,
          3: `${noAnswer}: whether it is stopped is not known`,
        },
      }),
    )
    .action(async ({ emergency: all, ...options }: StopOptions & Emergency) => {
      const { stop } = await import("./switches/stop.ts");
      if (!all) return done(await stop(options));
      const { stopWriters } = await import("./switches/emergency.ts");
      done(await stopWriters(options));
    });
  withPlace(root.command("resume").description("take a stop back, or close a breaker"))
    .option("--cluster <name>", "the stop of this cluster (default: the one that is for everywhere)")
    .addOption(new Option("--breaker <kind>", "instead: let this kind of remedy be used again").choices(kinds))
    .addOption(emergency("with --stack: let the functions that write run again; the stop switches stay as they are"))
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          "remediator resume",
          "remediator resume --cluster production --stack remediator",
          "remediator resume --breaker rollout-restart",
          "remediator resume --emergency --stack remediator",
        ],
        exits: {
          0: "done",
          1: "done, and an emergency stop still holds; with --emergency: a function could not be let run again",
          2: `${usage}, or there is no such cluster`,
          3: `done, and whether an emergency stop holds could not be told; or ${noAnswer}: whether it was done is not known`,
        },
      }),
    )
    .action(async ({ emergency: all, ...options }: ResumeOptions & Emergency) => {
      const { resume } = await import("./switches/resume.ts");
      if (!all) return done(await resume(options));
      const { resumeWriters } = await import("./switches/emergency.ts");
      done(await resumeWriters(options));
    });
}
