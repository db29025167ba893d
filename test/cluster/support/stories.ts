import type { Ledger } from "../../../kernel/ports.ts";
import type { EntryOf, Incident, IncidentId, LedgerRecord, LedgerView } from "../../../kernel/types/index.ts";
import type { Watcher } from "../../../local/watched.ts";
import { until } from "../parts/process.ts";

export type Story = LedgerView["story"];
type Recorded<T extends LedgerRecord["type"]> = LedgerRecord<EntryOf<T>>;

export const recordsOf = <T extends LedgerRecord["type"]>(story: readonly LedgerRecord[], type: T): readonly Recorded<T>[] =>
  story.filter((record): record is Recorded<T> => record.type === type);

export interface Stories {
  readonly watcher: Watcher;
  /** Of all incidents so far, as the ledger has them. */
  all(ledger: Ledger): Promise<readonly Story[]>;
  /** Resolves once an incident that is meant has a record that is meant. */
  when(of: (incident: Incident) => boolean, record: (record: LedgerRecord) => boolean, seconds: number): Promise<IncidentId>;
}

/** Notes which incidents there are, because a ledger lists only the open ones. */
export function stories(): Stories {
  const seen = new Map<IncidentId, LedgerRecord[]>();
  const told = (record: LedgerRecord) => {
    seen.set(record.incidentId, [...(seen.get(record.incidentId) ?? []), record]);
  };
  return {
    watcher: { told },
    all: async (ledger) => {
      const views = await Promise.all([...seen.keys()].map((id) => ledger.view(id)));
      return views.flatMap((view) => (view ? [view.story] : []));
    },
    when: async (of, record, seconds) => {
      const found = () =>
        [...seen].find(([, records]) => recordsOf(records, "opened").some(({ incident }) => of(incident)) && records.some(record))?.[0];
      await until("an incident has the record that is waited for", seconds, async () => found() !== undefined).catch((error: unknown) => {
        throw new Error(`${String(error)}; what there is:\n${[...seen.values()].flat().map(line).join("\n")}`);
      });
      return found() as IncidentId;
    },
  };
}

const line = (record: LedgerRecord): string =>
  `${record.incidentId} ${record.seq} ${record.type} ${"says" in record ? record.says : "why" in record ? record.why : ""}`;
