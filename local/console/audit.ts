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

/** What was not checked: nothing at all, or what is closed, which a stack does not list. `whole`: these are all that were asked for. */
export const unchecked = (all: readonly Verified[], whole: boolean, stack: string | undefined): readonly string[] => [
  ...(all.length > 0 ? [] : [`${marks.unsure} nothing was checked: ${whole ? "no incident was ever opened here" : "no incident is open"}`]),
  ...(whole || stack === undefined
    ? []
    : [
        `${marks.unsure} closed incidents were not checked, for a stack does not list them: give each by its whole id, which stands in its ticket and in the audit log (remediator audit verify ID --stack ${stack})`,
      ]),
];

/** A line for each object that is not as it was put there, and the count at the end. */
export function objects({ whole, broken, unread }: Archived): readonly string[] {
  if (whole + broken.length + unread.length === 0) return [];
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
