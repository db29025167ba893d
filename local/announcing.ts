import type { Announcement } from "../adapters/alertmanager/post.ts";
import { plainText } from "../adapters/redact/plain.ts";
import type { Announcer } from "../kernel/ports.ts";
import type { Instant } from "../kernel/types/index.ts";
import { knownRemedies as remedies } from "../runbook/remedies/known.ts";
import { approvalText } from "../runbook/tickets/approval.ts";
import type { Called } from "./places.ts";

/**
 * That an approval waits, as an alert of our own: it resolves by itself when the time to answer is over, and never opens an incident. `called` is how
 * the command that answers finds the ledger.
 */
export function waitingAlert(waiting: Parameters<Announcer["approvalWaits"]>[0], now: Instant, called: Called): Announcement {
  const { incident, remedy, until } = waiting;
  const command = (verb: string) => called(verb, incident.id);
  const { subject, body } = approvalText(waiting, { remedies, plain: plainText, command });
  return {
    labels: {
      alertname: "RemediatorApprovalWaiting",
      severity: "warning",
      cluster: incident.cluster,
      incident: incident.id,
      kind: remedy.kind,
    },
    annotations: { summary: subject, description: body },
    startsAt: now,
    endsAt: until,
  };
}
