import { type Chain, verify } from "../../../kernel/story.ts";
import type { IncidentId, LedgerRecord } from "../../../kernel/types/index.ts";
import { textOfFile } from "../files.ts";
import { UsageError } from "../mistakes.ts";
import type { Checked } from "./chain.ts";

type Copied = Checked & { readonly id: IncidentId };

/** A sealed copy, as it lies in the archive. */
interface Sealed {
  readonly incident: IncidentId;
  readonly head: string;
  readonly story: readonly LedgerRecord[];
}

/**
 * Checks stories outside a ledger: a sealed copy from the archive, or lines of the audit log (one below the other, or as a JSON list). Throws
 * `UsageError` where the file is neither, or cannot be read.
 */
export function checkCopy(file: string): readonly Copied[] {
  const text = textOfFile(file);
  const whole = parsed(text);
  if (isSealed(whole)) return [sealed(whole)];
  const lines: readonly unknown[] = Array.isArray(whole) ? whole : text.split("\n");
  const records = lines.flatMap((line) => recordIn(line) ?? []);
  if (records.length === 0) throw new UsageError(`${file} has no records: it must be a sealed copy, or lines of the audit log`);
  return [...Map.groupBy(records, ({ incidentId }) => incidentId)].map(([id, story]) => ofLines(id, story));
}

function sealed({ incident: id, head, story }: Sealed): Copied {
  const chain = verify(story);
  const last = story.at(-1);
  const isHead = last?.hash === head && last.incidentId === id;
  return { id, records: story, chain: chain.whole && !isHead ? broken(story.length, "is not the one that the seal names") : chain };
}

/** A log may have a line twice. Whether more is on record than it has, it cannot tell; but what is closed has an end. */
function ofLines(id: IncidentId, lines: readonly LedgerRecord[]): Copied {
  const once = new Map(lines.map((record) => [`${record.seq} ${record.hash}`, record]));
  const records = [...once.values()].sort((a, b) => a.seq - b.seq);
  return { id, records, chain: verify(records) };
}

const broken = (seq: number, why: string): Chain => ({ whole: false, seq, why });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isSealed = (value: unknown): value is Sealed =>
  isObject(value) &&
  "story" in value &&
  Array.isArray(value.story) &&
  value.story.every(isObject) &&
  "head" in value &&
  "incident" in value;

/** Lists of the AWS command line hold lines as texts. Lines without a record of an incident are left out. */
function recordIn(item: unknown): LedgerRecord | undefined {
  const line = typeof item === "string" ? parsed(item) : item;
  const audit = isObject(line) && "audit" in line ? line.audit : undefined;
  return isObject(audit) && "hash" in audit && "seq" in audit ? (audit as LedgerRecord) : undefined;
}
