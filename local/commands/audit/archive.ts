import { type ArchiveReading, keptAt } from "../../../adapters/archive/reading.ts";
import { sha256 } from "../../../kernel/digest.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { Instant, LedgerRecord, Sha256 } from "../../../kernel/types/index.ts";
import { never, some } from "../../../kernel/types/index.ts";
import { copyOf } from "../../../lambdas/audit/seal.ts";

/** What the archive has of what the records name, and of the sealed copies of what is closed. */
export interface Archived {
  /** Objects that are what they were when they were put there. */
  readonly whole: number;
  /** Each that is missing or was changed, by the first record that names it. */
  readonly broken: readonly string[];
  /** Why some could not be read, or are not to be expected yet. */
  readonly unread: readonly string[];
}

interface Named {
  readonly address: Sha256;
  /** Who names it. */
  readonly as: string;
  /** Of a sealed copy: since when it is to be there. */
  readonly closed?: Instant;
}

/** Objects that are read at once. */
const parallel = 8;
/** A stack seals by its stream, which is some seconds behind, and an alarm when it is more than this. */
const sealedWithinSeconds = 15 * 60;

/** Reads everything that these stories name, each once, and compares it with its address. `stories` are without what is broken. */
export async function checkArchive(
  stories: readonly { readonly whole: boolean; readonly records: readonly LedgerRecord[] }[],
  archive: Pick<ArchiveReading, "get">,
  now: Instant,
): Promise<Archived> {
  const named = new Map<Sha256, Named>();
  for (const { whole, records } of stories)
    for (const one of [...records.flatMap(namedBy), ...(whole ? sealOf(records) : [])])
      if (!named.has(one.address)) named.set(one.address, one);

  const rest = [...named.values()];
  const [broken, unread]: [string[], Set<string>] = [[], new Set()];
  let whole = 0;
  // What cannot be read costs patience, and the next one as much: whoever meets it asks no further.
  const work = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const { address, as, closed } = next;
      const found = await keptAt(archive, address);
      if (found.is === "whole") whole += 1;
      else if (found.is === "unread") return void unread.add(found.says);
      else if (found.is === "missing" && closed && Math.abs(secondsBetween(closed, now)) < sealedWithinSeconds)
        unread.add(`${as} is not there yet: it was closed at ${closed}`);
      else
        broken.push(
          `${as}: ${found.says}${closed ? ": it was removed, this is not the story that was closed, or nobody sealed it (on one machine: when remediator ended right after the close, and was not started within the hour)" : ""}`,
        );
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const left = rest.length > 0 ? [`${rest.length} more were not asked for`] : [];
  return { whole, broken: broken.sort(), unread: [...[...unread].sort(), ...left] };
}

function sealOf(records: readonly LedgerRecord[]): readonly Named[] {
  const [story, last] = [some(records), records.at(-1)];
  if (!story || last?.type !== "closed") return [];
  return [{ address: sha256(copyOf(story)), as: `the sealed copy of ${last.incidentId}`, closed: last.written }];
}

const namedBy = (record: LedgerRecord): readonly Named[] =>
  addressesIn(record).map((address) => ({ address, as: `${record.incidentId} record ${record.seq} (${record.type})` }));

/** Not what findings name one by one: that is in the evidence of their round. */
function addressesIn(record: LedgerRecord): readonly Sha256[] {
  switch (record.type) {
    case "opened":
      return [...record.bodies, ...record.incident.alerts.map(({ body }) => body)];
    case "joined":
    case "resolved":
      return record.alerts.map(({ body }) => body);
    case "diagnosed":
    case "looked":
      return [record.evidence];
    case "decided":
    case "intent":
      return record.basis?.evidence ? [record.basis.evidence] : [];
    case "preserved":
    case "commented":
      return [record.archive];
    case "asked":
    case "answered":
    case "outcome":
    case "concluded":
    case "faulted":
    case "folded":
    case "escalating":
    case "ticketed":
    case "closed":
      return [];
    default:
      return never(record);
  }
}
