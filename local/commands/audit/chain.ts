import type { Stored } from "../../../adapters/ledger/reading.ts";
import { type Chain, verify } from "../../../kernel/story.ts";
import type { IncidentId, LedgerRecord } from "../../../kernel/types/index.ts";

export interface Checked {
  readonly chain: Chain;
  /** Those that could be read, up to the first that could not. */
  readonly records: readonly LedgerRecord[];
}

/** Checks an incident as it stands in the file: each record by its hash and its place, what is listed beside it, and HEAD at the end. */
export function check(id: IncidentId, { records: rows, head }: Stored): Checked {
  const records: LedgerRecord[] = [];
  for (const { sk, fields } of rows) {
    const row = recordIn(fields);
    if (!row) return { records, chain: first(verify(records), broken(records.length + 1, "cannot be read")) };
    records.push(row.record);
    const aside = beside(id, sk, row);
    if (aside) return { records, chain: first(verify(records), broken(records.length, aside)) };
  }
  return { records, chain: first(verify(records), atHead(records, head)) };
}

const broken = (seq: number, why: string): Chain => ({ whole: false, seq, why });
/** The earlier of two that are broken: `a` covers what stands before. */
const first = (a: Chain, b: Chain): Chain => (a.whole || (!b.whole && b.seq < a.seq) ? b : a);

interface Row {
  readonly record: LedgerRecord;
  readonly listed: Readonly<Record<string, unknown>>;
}
function recordIn(fields: string): Row | undefined {
  try {
    const listed = JSON.parse(fields) as Readonly<Record<string, unknown>>;
    const record = JSON.parse(String(listed.body)) as unknown;
    return isRecord(record) ? { record, listed } : undefined;
  } catch {
    return undefined;
  }
}
const isRecord = (value: unknown): value is LedgerRecord =>
  value !== null && typeof value === "object" && "hash" in value && "seq" in value && "type" in value;

/** What the hash does not cover: the place in the file, and what people filter by. */
function beside(id: IncidentId, sk: string, { record, listed }: Row): string | undefined {
  if (record.incidentId !== id) return `is another incident's (${String(record.incidentId)})`;
  if (Number(sk) !== record.seq) return `stands in place ${Number(sk)} but calls itself ${record.seq}`;
  const other = (["type", "written", "by"] as const).find((field) => listed[field] !== record[field]);
  return other && `is listed with another ${other} than it has`;
}

/** Records that were cut off at the end leave a chain that is whole in itself: HEAD knows how many there were. */
function atHead(records: readonly LedgerRecord[], text: string | undefined): Chain {
  const head = headIn(text);
  if (!head) return broken(records.length + 1, "should be named by HEAD, which is missing or damaged");
  if (head.seq > records.length) return broken(records.length + 1, `is missing: HEAD counts ${head.seq}`);
  if (head.seq < records.length) return broken(head.seq + 1, "stands behind the last that HEAD knows of");
  return records.at(-1)?.hash === head.hash ? { whole: true } : broken(head.seq, "is not the one that HEAD names");
}

function headIn(text: string | undefined): { readonly seq: number; readonly hash: string } | undefined {
  try {
    const { seq, hash } = JSON.parse(text ?? "null") as { seq?: unknown; hash?: unknown };
    return typeof seq === "number" && typeof hash === "string" ? { seq, hash } : undefined;
  } catch {
    return undefined;
  }
}
