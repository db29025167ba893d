import { plainText } from "../../adapters/redact/plain.ts";
import type { Chain } from "../../kernel/story.ts";
import type { Incident, IncidentId, LedgerRecord } from "../../kernel/types/index.ts";
import { describe } from "../../runbook/tickets/body.ts";
import { colours } from "./colours.ts";
import { marks, screen } from "./print.ts";
import { count, tell } from "./tell.ts";

/** The first and the last of an incident's records. */
export interface Listed {
  readonly incident: Incident;
  readonly last: LedgerRecord;
}

/** How many are not shown: closed before those that are, or damaged. */
export interface LeftOut {
  readonly older: number;
  readonly damaged: number;
}

/** A line each: the open ones with what happened last, then the closed ones with their result. */
export function listing(
  open: readonly Listed[],
  closed: readonly Listed[],
  { older, damaged }: LeftOut,
  lists: "every" | "open",
): readonly string[] {
  if (open.length + closed.length + damaged === 0) return [lists === "open" ? "no incident is open" : "no incident was ever opened here"];
  return [
    ...open.map((each) => row(each, lately(each.last))),
    ...closed.map((each) => row(each, each.last.type === "closed" ? each.last.result : "")),
    "",
    [
      lists === "open"
        ? `${open.length} open (closed ones are not listed here: remediator incident ID)`
        : `${open.length} open, ${closed.length + older} closed${older > 0 ? ` (${older} older ones are not shown: --all)` : ""}`,
      ...(damaged > 0 ? [`${damaged} damaged and not shown`] : []),
    ].join(", "),
  ];
}

/** What happened last. The id stands beside it already. */
function lately(last: LedgerRecord): string {
  if (last.type === "opened") return "opened";
  if (last.type === "ticketed") return "people have its ticket";
  return last.type === "commented" ? "logs of the time after added to its ticket" : tell(last).headline;
}

function row({ incident, last }: Listed, now: string): string {
  const { id, openedAt, scope } = incident;
  return `${marks[last.type === "closed" ? tell(last).mark : "step"]} ${openedAt.slice(0, 16).replace("T", " ")}  ${id.padEnd(60)}  ${plainText(now)} ${colours.dim(`· ${plainText(describe(scope))}`)}`;
}

/** The story of one incident, as it was shown when it happened, and whether its records are what was written then. Ends before the first that is not. */
export function story(id: IncidentId, records: readonly LedgerRecord[], chain: Chain): readonly string[] {
  const sound = chain.whole ? records : records.slice(0, chain.seq - 1);
  const opened = sound[0] ? `opened ${sound[0].written}` : "without a record that can be trusted";
  return [`${colours.bold(id)}, ${opened}`, "", ...sound.map((record) => screen(record).trimEnd()), "", verdict(records, chain)];
}

export const verdict = (records: readonly LedgerRecord[], chain: Chain): string =>
  chain.whole
    ? `${marks.good} ${count(records.length, "record")}, the chain is whole: ${records.at(-1)?.hash}`
    : `${marks.bad} the chain is broken: record ${chain.seq} ${plainText(chain.why)}`;
