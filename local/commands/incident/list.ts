import type { LedgerReading } from "../../../adapters/ledger/reading.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { type Listed, listing } from "../../console/incidents.ts";
import { print, say } from "../../console/say.ts";
import { commandFor, commandForStack } from "../../places.ts";
import { check } from "../audit/chain.ts";
import { withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import type { IncidentOptions } from "../incident.ts";
import { UsageError } from "../mistakes.ts";

const recent = 20;

/** Open incidents, oldest first, then closed ones, the last first. */
export const incidents = ({ json, all, ...where }: IncidentOptions & { readonly all: boolean }): Promise<number> =>
  withReading(where, async (ledger) => {
    if (all && ledger.lists === "open")
      throw new UsageError("--all goes with a data folder: of a stack, only open incidents can be listed");
    const ids = await ledger.ids();
    const listed: Listed[] = [];
    for (const id of ids) listed.push(...(await inShort(id, ledger, where)));
    const damaged = ids.length - listed.length;
    const open = listed.filter(({ last }) => last.type !== "closed").sort((a, b) => (a.incident.openedAt < b.incident.openedAt ? -1 : 1));
    const closed = listed.filter(({ last }) => last.type === "closed").sort((a, b) => (a.last.written < b.last.written ? 1 : -1));
    const shown = all ? closed : closed.slice(0, recent);
    const left = { older: closed.length - shown.length, damaged };
    print(json ? [...open, ...shown].map(asJson) : listing(open, shown, left, ledger.lists));
    return damaged > 0 ? exitCodes.fault : exitCodes.fine;
  });

async function inShort(
  id: IncidentId,
  ledger: LedgerReading,
  { data, stack }: Pick<IncidentOptions, "data" | "stack">,
): Promise<readonly Listed[]> {
  const called = stack === undefined ? commandFor(data) : commandForStack(stack);
  const { records, chain } = check(id, await ledger.stored(id));
  const [first, last] = [records[0], records.at(-1)];
  if (chain.whole && first?.type === "opened" && last) return [{ incident: first.incident, last }];
  say(`${id} is damaged, and not listed: ${called("audit verify", id)}`);
  return [];
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
