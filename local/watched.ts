import type { Ledger } from "../kernel/ports.ts";
import type { IncidentId, LedgerRecord, LedgerView } from "../kernel/types/index.ts";

export interface Watcher {
  /** Of each record once it is durable, in order, each once. */
  readonly told: (record: LedgerRecord) => void;
  /** Of the incident that alerts went to. */
  readonly entered?: (id: IncidentId) => void;
}

/** The ledger, and somebody who watches it. */
export function watched(ledger: Ledger, { told, entered = () => {} }: Watcher): Ledger {
  const seen = new Map<IncidentId, number>();
  const tell = (view: LedgerView | undefined): void => {
    if (!view) return;
    const { id } = view.head;
    const from = seen.get(id) ?? 0;
    for (const record of view.story.slice(from)) told(record);
    seen.set(id, Math.max(from, view.story.length));
  };
  return {
    ...ledger,
    async openOrJoin(...given) {
      const opened = await ledger.openOrJoin(...given);
      if (opened.did !== "nothing-open") entered(opened.id);
      if (opened.did === "opened") tell(await ledger.view(opened.id));
      return opened;
    },
    async append(view, ...given) {
      const next = await ledger.append(view, ...given);
      if (next !== "conflict") tell(next);
      return next;
    },
    async permit(view, ...given) {
      const permit = await ledger.permit(view, ...given);
      if (typeof permit === "object") tell(await ledger.view(view.head.id));
      return permit;
    },
  };
}
