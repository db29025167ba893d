import { type Command, InvalidArgumentError } from "commander";
import { helpEnd, noAnswer, usage, type Where, withPlace } from "./options.ts";

export interface RejectedOptions extends Where {
  readonly json: boolean;
  readonly all: boolean;
  readonly days: number;
}

/** Each day is a question of its own to the ledger. */
const mostDays = 366;

export function addRejected(root: Command, done: (code: number) => void): void {
  withPlace(
    root
      .command("rejected")
      .description(
        "list the alerts that were not taken, the last first: why, and what they were; they open no incident, and are on record all the same",
      ),
  )
    .option("--days <n>", `how many days to look back, today among them, in UTC (1 to ${mostDays})`, days, 2)
    .option("--all", "all of those days, also alerts that were understood and asked for nothing, such as our own", false)
    .option("--json", "as JSON lines: at, reason, ignored, delivery, index, where, labels", false)
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          "remediator rejected",
          "remediator rejected --days 7 --all --json | jq .reason",
          "remediator rejected --stack remediator",
        ],
        exits: { 0: "listed", 2: usage, 3: noAnswer },
      }),
    )
    .action(async (options: RejectedOptions) => {
      const { rejected } = await import("./rejected/list.ts");
      done(await rejected(options));
    });
}

function days(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= mostDays) return number;
  throw new InvalidArgumentError(`days are a number from 1 to ${mostDays}.`);
}
