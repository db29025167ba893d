import { DescribeExecutionCommand, ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type Ledger, type Starter, Unreachable } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { IncidentId } from "../../kernel/types/index.ts";

export interface Machine {
  readonly client: SFNClient;
  /** Of the state machine for a cluster, or of an alias of it. */
  readonly machineOf: (cluster: string) => string;
  readonly ledger: Pick<Ledger, "view" | "raiseRun">;
}

/** Others raise the run at the same time; each of them starts it, so that few rounds are enough. */
const rounds = 5;

/**
 * Starts executions named `<incident>-r<run>`. A name that is taken counts as started only while that execution runs: it says nothing by itself,
 * for a name stays taken for 90 days. Else the incident outlived its execution, and gets the next run.
 */
export function sfnStarter({ client, machineOf, ledger }: Machine): Starter {
  /** True when it runs. */
  const begin = async (arn: string, name: string, id: IncidentId): Promise<boolean> => {
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn: arn, name, input: JSON.stringify({ id }) }));
      return true;
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn: executionArn(arn, name) }));
    return status === "RUNNING" || status === "PENDING_REDRIVE";
  };
  return {
    start: async (id) => {
      for (let round = 1; round <= rounds; round++) {
        const view = await ledger.view(id);
        if (!view?.head.open) return;
        const { run } = view.head;
        if (await begin(machineOf(progress(view.story).incident.cluster), `${id}-r${run}`, id)) return;
        await ledger.raiseRun(id, run);
      }
      throw new Unreachable(`${id} has no execution that runs, after ${rounds} attempts`);
    },
  };
}

/** `arn:aws:states:region:account:stateMachine:name[:alias]` to that of an execution, which has no alias. */
function executionArn(machine: string, execution: string): string {
  const [arn, partition, service, region, account, , name] = machine.split(":");
  return [arn, partition, service, region, account, "execution", name, execution].join(":");
}
