import { plainJson } from "../../../adapters/redact/plain.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import type { LedgerRecord } from "../../../kernel/types/index.ts";
import type { Approver } from "../../approver.ts";
import { screen } from "../../console/print.ts";
import { say } from "../../console/say.ts";
import { places } from "../../places.ts";
import { writeReport } from "../../report.ts";

export const show = (record: LedgerRecord, json: boolean): void =>
  void process.stdout.write(json ? `${plainJson(record)}\n` : screen(record));

/** Who answers approvals: as told, else whoever sits at the terminal, else `otherwise`. */
export function approverFor({ yes, json }: { readonly yes: boolean; readonly json: boolean }, otherwise: "practice" | "nobody"): Approver {
  if (yes) return { by: "yes" };
  if (process.stdin.isTTY && process.stderr.isTTY && !json) return { by: "terminal" };
  return { by: otherwise };
}

/** Where record and report are. The report is a convenience: that it cannot be written must not take the incident with it. */
export function whereItIs({ incidentId }: LedgerRecord, dataDir: string, ledger: Ledger | undefined): void {
  const at = places(dataDir);
  void ledger?.view(incidentId).then(
    (view) => view && say(`  record: ${at.ledger} (remediator incident ${incidentId})\n  report: ${writeReport(at.reports, view.story)}`),
    (error: unknown) => say(`the report could not be written: ${String(error)}`),
  );
}
