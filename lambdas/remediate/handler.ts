import { type Acting, act, Overtaken } from "../../kernel/act/act.ts";
import type { IncidentId } from "../../kernel/types/index.ts";

export interface Input {
  readonly id: IncidentId;
}

/** One capability's hands. Whether and what is the ledger's word; that the incident was moved on meanwhile is no fault. */
export async function handler({ id }: Input, ports: Acting): Promise<void> {
  try {
    await act(id, ports);
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
  }
}
