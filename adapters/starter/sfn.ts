import type { SFNClient } from "@aws-sdk/client-sfn";
import { type Ledger, type Starter, Unreachable } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { LedgerView } from "../../kernel/types/index.ts";
import { begin, nameOf } from "./begin.ts";

export interface Machine {
  readonly client: SFNClient;
  /** ARN of the state machine for a cluster, or of an alias of it. */
  readonly machineOf: (cluster: string) => string;
  readonly ledger: Pick<Ledger, "view" | "raiseRun">;
}

/** Others raise the run at the same time; each of them starts it, so that few rounds are enough. */
const rounds = 5;

/**
 * Sees to it that an execution of the incident runs, and gives since when (milliseconds since 1970); undefined where it is closed by now. A
 * name that is taken counts only while that execution runs. Else the incident outlived its execution, and gets the next run.
 */
export async function keepRunning({ client, machineOf, ledger }: Machine, seen: LedgerView): Promise<number | undefined> {
  const { id } = seen.head;
  const arn = machineOf(progress(seen.story).incident.cluster);
  for (let round = 1, at: LedgerView["head"] | undefined = seen.head; round <= rounds; round++, at = (await ledger.view(id))?.head) {
    if (!at?.open) return undefined;
    const { runs, since } = await begin({ client, arn }, nameOf(id, at.run), id);
    if (runs) return since;
    await ledger.raiseRun(id, at.run);
  }
  throw new Unreachable(`${id} has no execution that runs, after ${rounds} attempts`);
}

/** Starts executions named `<incident>-r<run>`. */
export const sfnStarter = (machine: Machine): Starter => ({
  start: async (id) => {
    const view = await machine.ledger.view(id);
    if (view) await keepRunning(machine, view);
  },
});
