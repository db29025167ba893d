import type { LedgerReading } from "../../../adapters/ledger/sqlite/reading.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { type Listed, listing } from "../../console/incidents.ts";
import { print, say } from "../../console/say.ts";
import { commandFor } from "../../places.ts";
import { check } from "../audit/chain.ts";
import { withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import type { IncidentOptions } from "../incident.ts";

const recent = 20;

/** Open incidents, oldest first, then closed ones, the last first. */
export const incidents = ({ data, json, all }: IncidentOptions & { readonly all: boolean }): Promise<number> =>
  withReading(data, async (ledger) => {
    const ids = ledger.ids();
    const listed = ids.flatMap((id) => inShort(id, ledger, data) ?? []);
    const damaged = ids.length - listed.length;
    const open = listed.filter(({ last }) => last.type !== "closed").sort((a, b) => (a.incident.openedAt < b.incident.openedAt ? -1 : 1));
    const closed = listed.filter(({ last }) => last.type === "closed").sort((a, b) => (a.last.written < b.last.written ? 1 : -1));
    const shown = all ? closed : closed.slice(0, recent);
    print(json ? [...open, ...shown].map(asJson) : listing(open, shown, closed.length - shown.length, damaged));
    return damaged > 0 ? exitCodes.fault : exitCodes.fine;
  });

function inShort(id: IncidentId, ledger: LedgerReading, data: string): Listed | undefined {
  const { records, chain } = check(id, ledger.stored(id));
  const [first, last] = [records[0], records.at(-1)];
  if (chain.whole && first?.type === "opened" && last) return { incident: first.incident, last };
  say(`${id} is damaged, and not listed: ${commandFor(data)("audit verify", id)}`);
  return undefined;
}

const asJson = ({ incident: { id, openedAt, cluster, scenario, scope }, last }: Listed): string =>
  JSON.stringify({
    id,
    openedAt,
    cluster,
    scenario,
    scope,
    open: last.type !== "closed",
    last: last.type,
    written: last.written,
    ...(last.type === "closed" ? { result: last.result } : {}),
  });
