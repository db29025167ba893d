import { DescribeExecutionCommand, ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { IncidentId } from "../../kernel/types/index.ts";

export interface Place {
  readonly client: SFNClient;
  /** Of the state machine, or of an alias of it. */
  readonly arn: string;
}
/** Whether the execution of a name runs now, and since when (milliseconds since 1970) it has run, or did. */
export interface Begun {
  readonly runs: boolean;
  readonly since: number;
}

/** How an execution is called. */
export const nameOf = (id: IncidentId, run: number): string => `${id}-r${run}`;

/**
 * Starts the execution of this name. One that runs already is answered like a new one; a name that is taken otherwise says nothing by itself,
 * for it stays taken for 90 days, so it is looked at.
 */
export async function begin({ client, arn }: Place, name: string, id: IncidentId): Promise<Begun> {
  try {
    const { startDate } = await client.send(new StartExecutionCommand({ stateMachineArn: arn, name, input: JSON.stringify({ id }) }));
    return { runs: true, since: Number(startDate) };
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  const { status, startDate } = await client.send(new DescribeExecutionCommand({ executionArn: executionArn(arn, name) }));
  return { runs: status === "RUNNING" || status === "PENDING_REDRIVE", since: Number(startDate) };
}

/** `arn:aws:states:region:account:stateMachine:name[:alias]` to that of an execution, which has no alias. */
function executionArn(machine: string, execution: string): string {
  const [arn, partition, service, region, account, , name] = machine.split(":");
  return [arn, partition, service, region, account, "execution", name, execution].join(":");
}
