import type { LedgerRecord } from "../../../kernel/types/index.ts";
import type { Deployment } from "./deployment.ts";
import { json } from "./signed.ts";

interface Events {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

/** Every line of a function's log group. */
export async function linesOf(endpoint: string, { nameOf }: Deployment, name: string): Promise<readonly string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: Events = await json(endpoint, "logs", "Logs_20140328.FilterLogEvents", {
      logGroupName: nameOf(`Functions${name}Logs`),
      ...(nextToken ? { nextToken } : {}),
    });
    lines.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken);
  return lines;
}

/** The records in such lines: of ours, those with `audit`, whether Lambda has put our line into one of its own or not. */
export const audited = (lines: readonly string[]): readonly LedgerRecord[] =>
  lines.flatMap((line) => {
    const read = parsed(line);
    const ours = typeof read?.message === "string" ? parsed(read.message) : (read?.message ?? read);
    return typeof ours === "object" && ours !== null && "audit" in ours ? [ours.audit as LedgerRecord] : [];
  });

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
