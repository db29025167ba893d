import { plainText } from "../../adapters/redact/plain.ts";
import type { Chain } from "../../kernel/story.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { Archived } from "../commands/audit/archive.ts";
import type { Compared } from "../commands/audit/compare.ts";
import type { AuditLog } from "../commands/audit/log.ts";
import { marks } from "./print.ts";
import { count } from "./tell.ts";

export interface Verified {
  readonly id: IncidentId;
  readonly records: number;
  readonly chain: Chain;
}

/** A line for each incident, the first broken record named, and the count at the end. */
export function chains(all: readonly Verified[]): readonly string[] {
  const broken = all.filter(({ chain }) => !chain.whole).length;
  const records = all.reduce((sum, one) => sum + one.records, 0);
  return [
    ...all.map(({ id, records: of, chain }) =>
      chain.whole
        ? `${marks.good} ${id.padEnd(60)}  ${count(of, "record")}`
        : `${marks.bad} ${id.padEnd(60)}  record ${chain.seq} ${plainText(chain.why)}`,
    ),
    `${broken > 0 ? marks.bad : marks.good} ${count(all.length, "incident")}, ${count(records, "record")}: ${broken > 0 ? `${count(broken, "chain")} broken` : "every chain is whole"}`,
  ];
}

/** A line for each object that is not as it was put there, and the count at the end. */
export function objects({ whole, broken, unread }: Archived): readonly string[] {
  const mark = broken.length > 0 ? marks.bad : unread.length > 0 ? marks.unsure : marks.good;
  const parts = [
    `${count(whole, "object")} as ${whole === 1 ? "it was" : "they were"} put there`,
    ...(broken.length > 0 ? [`${broken.length} missing or changed`] : []),
    ...(unread.length > 0 ? ["not everything could be read"] : []),
  ];
  return [
    ...broken.map((says) => `${marks.bad} ${plainText(says)}`),
    ...unread.map((says) => `${marks.unsure} ${plainText(says)}`),
    `${mark} archive: ${parts.join(", ")}`,
  ];
}

export function comparison(
  file: string,
  { writes, rehearsals, covers }: AuditLog,
  { differences, untold, matched }: Compared,
): readonly string[] {
  const reach = covers ? `${covers.from} to ${covers.to}` : "it is empty";
  const verdict =
    differences.length > 0
      ? count(differences.length, "difference")
      : untold.length > 0
        ? "it does not reach far enough"
        : "ledger and cluster agree";
  return [
    "",
    `${file} (${reach}): ${count(writes.length, "write")} of ours, ${count(rehearsals, "rehearsal")}, ${matched} with ${matched === 1 ? "its intent" : "their intents"}`,
    ...differences.map((says) => `${marks.bad} ${plainText(says)}`),
    ...untold.map((says) => `${marks.unsure} ${plainText(says)}, which does not reach that far`),
    `${differences.length > 0 ? marks.bad : untold.length > 0 ? marks.unsure : marks.good} ${verdict}`,
  ];
}
