import type { IncidentId, LedgerRecord, Result } from "../kernel/types/index.ts";
import type { Watcher } from "./watched.ts";

export interface Ended {
  readonly id: IncidentId;
  readonly result: Result;
}
/** Follows the first incident that alerts went to, into its parent if it is folded, to its end. */
export interface Following extends Watcher {
  readonly ended: Promise<Ended>;
  readonly entered: (id: IncidentId) => void;
}

export function following(): Following {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const results = new Map<IncidentId, Result>();
  let id: IncidentId | undefined;
  const look = () => {
    const result = id && results.get(id);
    if (id && result && result !== "folded") resolve({ id, result });
  };
  return {
    ended: promise,
    entered: (incident) => {
      id ??= incident;
      look();
    },
    told: (record: LedgerRecord) => {
      if (record.type === "folded" && record.incidentId === id) id = record.into;
      if (record.type === "closed") results.set(record.incidentId, record.result);
      look();
    },
  };
}
