import type { Added } from "../../adapters/ledger/dynamodb/stream.ts";
import { type Summary, summaryOf } from "./summary.ts";

/** In characters, of a text beside the record. */
const longestText = 2000;

/** The line of what was put into Records: first what people ask for, then, in `audit`, the record as it is in the table. */
export function lineOf(added: Added): string {
  if (added.is === "rejection") {
    const { at, body, index, reason, ignored } = added.rejection;
    return line(at, ignored ? "ignored" : "rejected", { body, index, says: reason }, added.rejection);
  }
  const { incidentId: incident, seq, type, written, by } = added.record;
  return line(written, type, { incident, seq, by, ...summaryOf(added.record) }, added.record);
}

const line = (timestamp: string, type: string, summary: Summary, audit: object): string =>
  JSON.stringify({ level: "info", timestamp, type, ...shortened(summary), audit });

const shortened = (summary: Summary): Summary =>
  Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [
      name,
      typeof value === "string" && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
    ]),
  );
