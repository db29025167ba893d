import { join } from "node:path";
import { plainJson } from "../../../adapters/redact/plain.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import type { LedgerRecord } from "../../../kernel/types/index.ts";
import type { Approver } from "../../approver.ts";
import { colours } from "../../console/colours.ts";
import { screen } from "../../console/print.ts";
import { say } from "../../console/say.ts";
import { type Called, commandFor, places } from "../../places.ts";
import { writeReport } from "../../report.ts";

/** Shows records as they come, on stdout: as JSON lines, or for people, who are told whenever it is another incident's turn. */
export function teller({ json, called }: { readonly json: boolean; readonly called: Called }) {
  let last: string | undefined;
  return (record: LedgerRecord): void => {
    const { incidentId, type } = record;
    if (!json && last !== undefined && last !== incidentId && type !== "opened")
      process.stdout.write(`${colours.dim(`  ${incidentId}:`)}\n`);
    last = incidentId;
    process.stdout.write(json ? `${plainJson(record)}\n` : screen(record, called));
  };
}

/** The same, and once one is closed, says on stderr where its record, report and ticket are; resolves then. */
export function shower({ json, dataDir }: { readonly json: boolean; readonly dataDir: string }) {
  const tell = teller({ json, called: commandFor(dataDir) });
  return async (record: LedgerRecord, ledger: Pick<Ledger, "view"> | undefined): Promise<void> => {
    tell(record);
    if (record.type === "closed") await whereItIs(record, dataDir, ledger);
  };
}

/** Who answers approvals: as told, else whoever sits at the terminal, else `otherwise`. */
export function approverFor({ yes, json }: { readonly yes: boolean; readonly json: boolean }, otherwise: "practice" | "nobody"): Approver {
  if (yes) return { by: "yes" };
  if (process.stdin.isTTY && process.stderr.isTTY && !json) return { by: "terminal" };
  return { by: otherwise };
}

/** The report is a convenience: that it cannot be written must not take the incident with it. */
async function whereItIs({ incidentId }: LedgerRecord, dataDir: string, ledger: Pick<Ledger, "view"> | undefined): Promise<void> {
  const at = places(dataDir);
  try {
    const view = await ledger?.view(incidentId);
    if (!view) return;
    say(`  record: ${at.ledger} (${commandFor(dataDir)("incident", incidentId)})`);
    say(`  report: ${writeReport(at.reports, view.story)}`);
    if (view.story.some(({ type }) => type === "ticketed")) say(`  ticket: ${join(at.tickets, incidentId, "ticket.md")}`);
  } catch (error) {
    say(`the report could not be written: ${String(error)}`);
  }
}
