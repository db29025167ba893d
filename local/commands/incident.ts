import type { Command } from "commander";
import { helpEnd, noAnswer, usage, type Where, withPlace } from "./options.ts";

export interface IncidentOptions extends Where {
  readonly json: boolean;
}

const exits = { 0: "shown", 1: "shown, and its chain of records is broken", 2: `${usage}, or there is no such incident`, 3: noAnswer };

export function addIncident(root: Command, done: (code: number) => void): void {
  withPlace(
    root.command("incident").argument("<id>", "the incident, or the beginning of its id").description("tell the story of an incident"),
  )
    .option("--json", "its records as JSON lines, and nothing else, on stdout", false)
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          "remediator incident practice-svids-checkout",
          "remediator incident practice-svids-checkout --json | jq .type",
          "remediator incident production-svids-checkout-60b5de55414cfc1-g1 --stack remediator   # a closed one by its whole id",
        ],
        exits,
      }),
    )
    .action(async (id: string, options: IncidentOptions) => {
      const { incident } = await import("./incident/story.ts");
      done(await incident(id, options));
    });
  withPlace(
    root
      .command("incidents")
      .description(
        "list the open incidents, and the last that were closed; of a stack only the open ones, for nothing there lists the others",
      ),
  )
    .option("--all", "all that were closed, of a data folder", false)
    .option("--json", "as JSON lines: id, openedAt, scenario, scope, open, last, result", false)
    .addHelpText(
      "after",
      helpEnd({
        examples: ["remediator incidents", "remediator incidents --all --json", "remediator incidents --stack remediator"],
        exits: { 0: "listed", 1: "listed, but for those that are damaged", 2: usage, 3: noAnswer },
      }),
    )
    .action(async (options: IncidentOptions & { readonly all: boolean }) => {
      const { incidents } = await import("./incident/list.ts");
      done(await incidents(options));
    });
}
