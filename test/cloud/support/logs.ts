import type { Ministack } from "../../support/ministack.ts";
import type { Deployment } from "./deployment.ts";
import { json } from "./signed.ts";

export interface Logs {
  readonly emulator: Pick<Ministack, "endpoint">;
  readonly deployment: Pick<Deployment, "nameOf">;
}
interface Events {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

/** The functions that say in their logs what they do with an incident. */
export const functions = [
  "Ingest",
  "Decide",
  "Diagnose",
  "RolloutWorkload",
  "EvictWorkload",
  "LabelNamespace",
  "Escalate",
  "Ask",
  "Answer",
  "Sweep",
] as const;

/** Every line of a function's log group. */
export const linesOf = ({ emulator, deployment }: Logs, name: string): Promise<readonly string[]> =>
  linesIn(emulator.endpoint, deployment.nameOf(`Functions${name}Logs`));

/** Every line of a log group. */
export async function linesIn(endpoint: string, logGroupName: string): Promise<readonly string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const asked = { logGroupName, ...(nextToken ? { nextToken } : {}) };
    const page: Events = await json(endpoint, "logs", "Logs_20140328.FilterLogEvents", asked);
    lines.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken);
  return lines;
}
