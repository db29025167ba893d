import type { Added } from "../../adapters/ledger/dynamodb/stream.ts";
import type { Archive } from "../../kernel/ports.ts";
import { type Summary, summaryOf } from "./summary.ts";

/** In bytes. Lambda reads what a function says 64 KiB at a time, and what is longer may come into the log in pieces. */
export const longestLine = 60_000;

/** In characters, of a text beside the record. */
const longestText = 2000;

/** How a line of the audit log begins: what it is about, and when it was so. `audit` is behind that, the record as it is in the table. */
interface Beginning {
  readonly level: "info";
  readonly timestamp: string;
  readonly type: string;
}

function summarized(added: Added): Beginning & Summary {
  if (added.is === "record") {
    const { incidentId: incident, seq, type, written, by } = added.record;
    return { level: "info", timestamp: written, incident, seq, type, by, ...shortened(summaryOf(added.record)) };
  }
  const { at, body, index, reason, ignored } = added.rejection;
  return { level: "info", timestamp: at, type: ignored ? "ignored" : "rejected", body, index, ...shortened({ says: reason }) };
}

const shortened = (summary: Summary): Summary =>
  Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [
      name,
      typeof value === "string" && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
    ]),
  );

/** The line of what was put into Records. What is too long for one is in the archive, whole, and the line says where. */
export async function lineOf(added: Added, archive: Pick<Archive, "put">): Promise<string> {
  const audit = added.is === "record" ? added.record : added.rejection;
  const beginning = summarized(added);
  const line = JSON.stringify({ ...beginning, audit });
  if (Buffer.byteLength(line) <= longestLine) return line;
  return JSON.stringify({ ...beginning, archive: await archive.put(JSON.stringify(audit), "story") });
}
