import type { IncidentId } from "../../kernel/types/index.ts";
import type { Ignored, Rejected } from "./delivery.ts";

/**
 * What the sender gets, always JSON:
 * - 200 every alert that can be taken is on record; `rejected` and `ignored` name the others
 * - 403 nothing but alerts for clusters that are not the token's
 * - 413 over 5 MiB
 * - 422 nothing that can be taken: not JSON, another version, no alerts, or only alerts that cannot be placed
 * - 503 not everything is on record: send it again (never 429, which Alertmanager does not send again)
 *
 * Whoever calls answers 401 without a known token, and 500 to what was thrown.
 */
export interface Reply {
  readonly status: 200 | 403 | 413 | 422 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Told | Refused;
}
export interface Told {
  /** An incident may be named once only; alerts that came before count too. */
  readonly accepted: readonly { readonly incident: IncidentId; readonly alerts: number }[];
  readonly rejected: readonly Rejected[];
  readonly ignored: readonly Ignored[];
  /** How many alerts the sender says it left out. */
  readonly truncated: number;
}
export interface Refused {
  readonly error: string;
  readonly rejected?: readonly Rejected[];
}

const json = { "content-type": "application/json" };

export const accepted = (body: Told): Reply => ({ status: 200, headers: json, body });

export const forbidden = (rejected: readonly Rejected[]): Reply => ({
  status: 403,
  headers: json,
  body: { error: "the token may not speak for the cluster of any of these alerts", rejected },
});

export const tooLarge = (): Reply => ({
  status: 413,
  headers: json,
  body: { error: "more than 5 MiB: let the route group smaller, or set max_alerts" },
});

export const unreadable = (field: string, reason: string, rejected?: readonly Rejected[]): Reply => ({
  status: 422,
  headers: json,
  body: { error: `${field} ${reason}`, ...(rejected ? { rejected } : {}) },
});

export const unavailable = (onRecord = "not everything is on record yet"): Reply => ({
  status: 503,
  headers: { ...json, "retry-after": "10" },
  body: { error: `${onRecord}: send it again` },
});
