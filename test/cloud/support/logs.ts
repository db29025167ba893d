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
