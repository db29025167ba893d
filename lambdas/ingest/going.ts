import type { Ledger, Starter, Waker } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import { bounded } from "./bounded.ts";
import type { Opened } from "./record.ts";

export interface Going {
  readonly ledger: Pick<Ledger, "token">;
  readonly starter: Starter;
  readonly waker: Waker;
  readonly log: (line: { readonly level: "error"; readonly message: string; readonly incident: IncidentId }) => void;
}

const parallel = 24;
/** Senders do not wait for ever, and the sweeper starts what is left. */
const longestMs = 5000;

/** Starts executions, and wakes who waits for an answer about what is over now. The records are there: a failure here is no error. */
export async function setGoing(opened: readonly Opened[], { starter, waker, ledger, log }: Going): Promise<void> {
  const wake = async (id: IncidentId) => {
    const token = await ledger.token(id);
    if (token) await waker.wake(token);
  };
  const going = bounded(opened, parallel, async ({ id, group }) => {
    if (!id) return;
    try {
      await starter.start(id);
      if (group.alerts.some((alert) => alert.status === "resolved")) await wake(id);
    } catch (error) {
      log({ level: "error", message: `not started now: ${error instanceof Error ? error.message : String(error)}`, incident: id });
    }
  });
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, longestMs);
  });
  await Promise.race([going, enough]);
  clearTimeout(timer);
}
