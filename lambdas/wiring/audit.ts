import type { Ledger } from "../../kernel/ports.ts";
import type { LedgerRecord, LedgerView } from "../../kernel/types/index.ts";

/** How the log group `/remediator/audit` is told apart from the functions' own lines: by the field `audit`. */
export interface AuditLine {
  readonly audit: LedgerRecord;
  readonly incident: string;
}
const write = (record: LedgerRecord) => console.log(JSON.stringify({ audit: record, incident: record.incidentId } satisfies AuditLine));

/** The ledger, with each record that this function has made durable written to the log as well, for people to query. */
export function auditing(ledger: Ledger, line: (record: LedgerRecord) => void = write): Ledger {
  const from = (seq: number, view: LedgerView | undefined) => view?.story.slice(seq).forEach(line);
  return {
    ...ledger,
    async openOrJoin(...given) {
      const opened = await ledger.openOrJoin(...given);
      if (opened.did === "opened") from(0, await ledger.view(opened.id));
      return opened;
    },
    async append(seen, ...given) {
      const next = await ledger.append(seen, ...given);
      if (next !== "conflict") from(seen.head.seq, next);
      return next;
    },
    async permit(seen, ...given) {
      const permit = await ledger.permit(seen, ...given);
      if (typeof permit === "object") from(seen.head.seq, await ledger.view(seen.head.id));
      return permit;
    },
  };
}
