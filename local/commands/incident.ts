import type { Command } from "commander";
import { helpEnd, usage, withData } from "./options.ts";

export interface IncidentOptions {
  readonly data: string;
  readonly json: boolean;
}

const exits = { 0: "shown", 1: "shown, and its chain of records is broken", 2: `${usage}, or there is no such incident` };

export function addIncident(root: Command, done: (code: number) => void): void {
  withData(
    root.command("incident").argument("<id>", "the incident, or the beginning of its id").description("tell the story of an incident"),
  )
    .option("--json", "its records as JSON lines, and nothing else, on stdout", false)
    .addHelpText(
      "after",
      helpEnd({
        examples: ["remediator incident practice-svids-checkout", "remediator incident practice-svids-checkout --json | jq .type"],
        exits,
      }),
    )
    .action(async (id: string, options: IncidentOptions) => {
      const { incident } = await import("./incident/story.ts");
      done(await incident(id, options));
    });
  withData(root.command("incidents").description("list the open incidents, and the last that were closed"))
    .option("--all", "all that were closed", false)
    .option("--json", "as JSON lines: id, openedAt, scenario, scope, open, last, result", false)
    .addHelpText(
      "after",
      helpEnd({
        examples: ["remediator incidents", "remediator incidents --all --json"],
        exits: { 0: "listed", 1: "listed, but for those that are damaged", 2: usage },
      }),
    )
    .action(async (options: IncidentOptions & { readonly all: boolean }) => {
      const { incidents } = await import("./incident/list.ts");
      done(await incidents(options));
    });
}
