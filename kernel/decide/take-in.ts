import { canonical } from "../digest.ts";
import type { Alert, Entry, Some } from "../types/index.ts";
import { append, type Step } from "./step.ts";

/**
 * So many bytes of alerts in one record, and so many records in one step: far below what a ledger takes in an item and in a transaction (390 kB
 * and 3.8 MB), whatever the alerts are like. What is left comes with the next step.
 */
export const takenAtOnce = { bytes: 64_000, records: 40 } as const;

/** The news, in the order in which they came: those that follow each other and say the same (fires, or is over) share a record, as far as it has room. */
export function takeIn(news: Some<Alert>): Step {
  const [first, ...others] = news;
  let last: Share = { alerts: [first], bytes: sizeOf(first) };
  const shares: [Share, ...Share[]] = [last];
  for (const alert of others) {
    const bytes = sizeOf(alert);
    if (last.alerts[0].status === alert.status && last.bytes + bytes <= takenAtOnce.bytes) {
      last.alerts.push(alert);
      last.bytes += bytes;
    } else {
      if (shares.length === takenAtOnce.records) break;
      last = { alerts: [alert], bytes };
      shares.push(last);
    }
  }
  const [one, ...more] = shares;
  return append(entryOf(one), ...more.map(entryOf));
}

interface Share {
  readonly alerts: [Alert, ...Alert[]];
  bytes: number;
}

const entryOf = ({ alerts }: Share): Entry => ({ type: alerts[0].status === "firing" ? "joined" : "resolved", alerts });

/** As it will stand in the record. */
const sizeOf = (alert: Alert): number => Buffer.byteLength(canonical(alert));
