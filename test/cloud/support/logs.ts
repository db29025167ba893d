import type { LedgerRecord } from "../../../kernel/types/index.ts";
import type { Deployment } from "./deployment.ts";
import { json } from "./signed.ts";

interface Events {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

/** What a function says goes into a log group of its own. That of Audit is the audit log. */
const groupOf = (name: string): string => (name === "Audit" ? "AuditTrailLog" : `Functions${name}Logs`);

/** Every line of a function's log group. */
export async function linesOf(endpoint: string, { nameOf }: Deployment, name: string): Promise<readonly string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: Events = await json(endpoint, "logs", "Logs_20140328.FilterLogEvents", {
      logGroupName: nameOf(groupOf(name)),
      ...(nextToken ? { nextToken } : {}),
    });
    lines.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken);
  return lines;
}

/** The records in lines of the audit log. */
export const audited = (lines: readonly string[]): readonly LedgerRecord[] =>
  lines.flatMap((line) => {
    const read = parsed(line);
    return read && "audit" in read ? [read.audit as LedgerRecord] : [];
  });

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
