import type { Instant } from "../../kernel/types/index.ts";
import type { Endpoint } from "../world/endpoint.ts";
import { request } from "./request.ts";

/** An alert of our own, such as `RemediatorApprovalWaiting`: it goes the way that on-call already has. */
export interface Announcement {
  /** `alertname` among them. Equal labels are the same alert: announced again it is only prolonged. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  /** When it resolves by itself; in the past, it resolves at once. */
  readonly endsAt: Instant;
  readonly generatorURL?: string;
}
/** Rejects with `AlertmanagerFailed`. */
export type Announce = (announcement: Announcement) => Promise<void>;

export function announceTo(endpoint: Endpoint): Announce {
  return async (announcement) => {
    await request(endpoint, "/api/v2/alerts", [announcement]);
  };
}
