import type { Ledger, Starter, Waker } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import { bounded } from "./bounded.ts";
import type { Opened } from "./record.ts";

export interface Going {
  readonly ledger: Pick<Ledger, "token">;
  readonly starter: Starter;
  readonly waker: Waker;
  /** Nothing is begun any more. */
  readonly enough?: AbortSignal;
  readonly log: (line: { readonly level: "error"; readonly message: string; readonly incident: IncidentId }) => void;
}

const parallel = 24;
/** Senders do not wait for ever, and the sweeper starts what is left. */
const longestMs = 5000;

/** Starts executions, and wakes who waits for an answer about what is over now. The records are there: a failure here is no error. */
export async function setGoing(opened: readonly Opened[], { starter, waker, ledger, log, enough }: Going): Promise<void> {
  const timeout = AbortSignal.timeout(longestMs);
  const over = enough ? AbortSignal.any([timeout, enough]) : timeout;
  const wake = async (id: IncidentId) => {
    const token = await ledger.token(id);
    if (token) await waker.wake(token);
  };
  const begin = async ({ id, group }: Opened) => {
    if (!id) return;
    try {
      await starter.start(id);
      if (group.alerts.some((alert) => alert.status === "resolved")) await wake(id);
    } catch (error) {
      log({ level: "error", message: `not started now: ${error instanceof Error ? error.message : String(error)}`, incident: id });
    }
  };
  const ended = new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([bounded(opened, parallel, begin, over), ended]);
}
