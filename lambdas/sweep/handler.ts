import type { Ledger, Starter } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";

export interface Ports {
  readonly ledger: Ledger;
  readonly starter: Starter;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string; readonly incident: IncidentId }) => void;
}
export interface Swept {
  readonly open: number;
  readonly failed: number;
}

/** Starts every open incident that has no execution. One that cannot be started does not keep the others waiting. */
export async function sweep({ ledger, starter, log }: Ports): Promise<Swept> {
  const open = await ledger.open();
  let failed = 0;
  for (const { id } of open) {
    try {
      await starter.start(id);
    } catch (error) {
      failed += 1;
      log({ level: "error", message: `cannot be started: ${error instanceof Error ? error.message : String(error)}`, incident: id });
    }
  }
  return { open: open.length, failed };
}
