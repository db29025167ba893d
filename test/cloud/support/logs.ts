import type { IncidentId, LedgerRecord } from "../../../kernel/types/index.ts";
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

/** The functions that write to the log what they do with an incident. */
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

/** What people can query of an incident, in the order of its records. */
export async function trailOf({ emulator, deployment }: Logs, id: IncidentId): Promise<readonly LedgerRecord[]> {
  const lines = await linesIn(emulator.endpoint, deployment.nameOf("AuditTrailLog"));
  return audited(lines)
    .filter(({ incidentId }) => incidentId === id)
    .toSorted((a, b) => a.seq - b.seq);
}

async function linesIn(endpoint: string, logGroupName: string): Promise<readonly string[]> {
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

const audited = (lines: readonly string[]): readonly LedgerRecord[] =>
  lines.flatMap((line) => {
    const read = JSON.parse(line) as { readonly audit?: LedgerRecord };
    return read.audit && "hash" in read.audit ? [read.audit] : [];
  });
