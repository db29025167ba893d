import { type Command, InvalidArgumentError, Option } from "commander";
import { defaultDataDir } from "../places.ts";

/** What closes a help page: what one would type, and what the exit code then says. */
export interface HelpEnd {
  readonly examples: readonly string[];
  /** By exit code. */
  readonly exits: Readonly<Record<number, string>>;
}

export function helpEnd({ examples, exits }: HelpEnd): string {
  const codes = Object.entries(exits).map(([code, means]) => `  ${code}  ${means}`);
  return `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}\n\nExit codes:\n${codes.join("\n")}`;
}

/** Of the commands that only look up or change something in the ledger. */
export const usage = "the command line, the data folder or the stack is wrong, or a right is missing";
/** Of the commands for a stack. */
export const noAnswer = "AWS gave no answer";

export const withData = (command: Command, means = "the data folder of `remediator start`"): Command =>
  command.option("--data <dir>", means, defaultDataDir);

/** A data folder of this machine, or a stack that is deployed. */
export interface Where {
  readonly data: string;
  readonly stack?: string;
  readonly region?: string;
}

/** The other place where incidents are: with the AWS credentials of whoever types it, found as the SDK finds them. */
export const withStackOption = (command: Command): Command =>
  command
    .addOption(new Option("--stack <name>", "a deployed stack, in place of a data folder").argParser(stackName).conflicts("data"))
    .option("--region <name>", "of the stack (default: AWS_REGION, or the profile's)");

/** Of a command for either. */
export const withPlace = (command: Command, means?: string): Command => withStackOption(withData(command, means));

/** As CloudFormation allows it. */
function stackName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError("a stack's name is letters, digits and hyphens, and begins with a letter.");
}

/** As `withCluster` reads them, and what else is about a cluster of one's own. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly prometheus?: string;
  readonly policy?: string;
}
/** How to get at a cluster, as with kubectl. */
export const withCluster = (command: Command): Command =>
  command
    .option("--kubeconfig <file>", "the cluster, as kubectl's")
    .option("--context <name>", "the kubeconfig's context")
    .option("--cluster <name>", "the cluster's name in alerts and records (default: the context's)")
    .option("--prometheus <url>", "Prometheus, or what speaks as it does", url);

export function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError("a port is a number from 0 (any that is free) to 65535.");
}

export function url(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("an address begins with http:// or https://.");
}

/** A terminal's Ctrl-C arrives twice where somebody between it and us passes it on, as npx and `bin/remediator.mjs` do. */
const sameSignalMs = 1000;

/** Until Ctrl-C, which ends the work in order; another one later ends it at once. */
export async function untilSignal<T>(work: (stopped: Promise<void>) => Promise<T>): Promise<T> {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  let first: number | undefined;
  const signalled = () => {
    first ??= Date.now();
    if (Date.now() - first > sameSignalMs) process.exit(130);
    resolve();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, signalled);
  try {
    return await work(stopped);
  } finally {
    for (const signal of signals) process.off(signal, signalled);
  }
}
