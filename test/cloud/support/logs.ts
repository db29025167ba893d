import type { LedgerRecord } from "../../../kernel/types/index.ts";
import type { Deployment } from "./deployment.ts";
import { json } from "./signed.ts";

interface Events {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

/** Every line of a function's log group. */
export const linesOf = (endpoint: string, deployment: Deployment, name: string): Promise<readonly string[]> =>
  linesIn(endpoint, deployment.nameOf(`Functions${name}Logs`));

/** The records in the audit log, in the order in which they came. */
export async function audited(endpoint: string, { nameOf }: Deployment): Promise<readonly LedgerRecord[]> {
  const lines = await linesIn(endpoint, nameOf("AuditTrailLog"));
  return lines.flatMap((line) => {
    const read = JSON.parse(line) as { readonly audit?: LedgerRecord };
    return read.audit && "hash" in read.audit ? [read.audit] : [];
  });
}

async function linesIn(endpoint: string, logGroupName: string): Promise<readonly string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: Events = await json(endpoint, "logs", "Logs_20140328.FilterLogEvents", {
      logGroupName,
      ...(nextToken ? { nextToken } : {}),
    });
    lines.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken);
  return lines;
}
