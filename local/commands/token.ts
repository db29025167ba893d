import { type Command, InvalidArgumentError, type Option } from "commander";
import { clusterPattern } from "../../adapters/policy/names.ts";
import { tokenName } from "../../lambdas/authorize/tokens.ts";
import { helpEnd, noAnswer, withStackOption } from "./options.ts";

export interface TokenOptions {
  readonly stack: string;
  readonly region?: string;
}

const exits = {
  0: "done",
  2: "the command line or the stack is wrong, or a right is missing",
  3: `${noAnswer}: whether it was done is not known`,
};
const example = (line: string) => `remediator token ${line} --stack remediator`;

/** Who may send alerts. Tokens are made here and shown once; the stack keeps their digests only. */
export function addToken(root: Command, done: (code: number) => void): void {
  const token = root.command("token").description("who may send alerts to a deployed stack");
  const add = (name: string, description: string, examples: readonly string[]) =>
    ofStack(token.command(name).description(description)).addHelpText("after", helpEnd({ examples: examples.map(example), exits }));
  const named = (name: string, description: string, examples: readonly string[]) =>
    add(name, description, examples).argument("<name>", "the sender, as records and logs call it", nameOf);

  named("add", "make a token for a new sender, and print it: it is shown this once, alone on stdout", [
    "add alertmanager --clusters production",
  ])
    .requiredOption("--clusters <names>", "for which clusters it may speak: names, or beginnings with a `*`, joined by commas", clustersOf)
    .action(async (name: string, options: TokenOptions & { readonly clusters: readonly string[] }) => {
      const { add } = await import("./token/token.ts");
      done(await add(name, options));
    });
  named("rotate", "make another token for a sender, and print it; the one before is taken, too, until `revoke --previous`", [
    "rotate alertmanager",
  ]).action(async (name: string, options: TokenOptions) => {
    const { rotate } = await import("./token/token.ts");
    done(await rotate(name, options));
  });
  named("revoke", "let a sender send no more; it takes a minute until that is everywhere", [
    "revoke alertmanager",
    "revoke alertmanager --previous",
  ])
    .option("--previous", "only the token before the last rotation", false)
    .action(async (name: string, options: TokenOptions & { readonly previous: boolean }) => {
      const { revoke } = await import("./token/token.ts");
      done(await revoke(name, options));
    });
  add("list", "list the senders; neither tokens nor digests are shown", ["list", "list --json"])
    .option("--json", "as JSON lines: name, clusters, previous", false)
    .action(async (options: TokenOptions & { readonly json: boolean }) => {
      const { list } = await import("./token/token.ts");
      done(await list(options));
    });
}

/** There is no other place for tokens of this kind: `remediator start` keeps its own in its data folder. */
function ofStack(command: Command): Command {
  withStackOption(command);
  const stack = command.options.find((option: Option) => option.attributeName() === "stack");
  stack?.makeOptionMandatory();
  return command;
}

function nameOf(text: string): string {
  if (tokenName.test(text)) return text;
  throw new InvalidArgumentError("a sender's name is up to 64 letters, digits, dots, hyphens and underscores.");
}

function clustersOf(text: string): readonly string[] {
  const clusters = text.split(",").map((name) => name.trim());
  const wrong = clusters.find((name) => !clusterPattern.test(name));
  if (wrong === undefined) return [...new Set(clusters)];
  throw new InvalidArgumentError(`"${wrong}" is neither a cluster's name nor the beginning of one with a * behind.`);
}
