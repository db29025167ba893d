import * as z from "zod/mini";
import { parsed } from "../../../kernel/json.ts";
import { type Delivery, type Invalid, invalid } from "../delivery.ts";
import { readAlerts } from "./alertmanager.ts";

const envelopeShape = z.looseObject({ Type: z.literal("Notification"), Message: z.string() });

/**
 * Alerts that came by way of SNS, as Amazon Managed Prometheus sends them: the envelope's message is JSON by the template of its manual, which
 * has no version, and writes times as Go prints them. Its default template is plain text for people, and cannot be taken.
 */
export function readSns(body: string): Delivery | Invalid {
  const envelope = envelopeShape.safeParse(parsed(body));
  if (!envelope.success) return invalid("body", "must be a notification of SNS, with Type and Message");
  const message = parsed(envelope.data.Message);
  if (message === undefined)
    return invalid("Message", "is not JSON: it was cut off, or Alertmanager's template for SNS is not the one for JSON");
  return readAlerts(withTimes(message));
}

const alertsShape = z.looseObject({ alerts: z.array(z.unknown()) });
const timesShape = z.looseObject({ startsAt: z.optional(z.string()), endsAt: z.optional(z.string()) });

function withTimes(message: unknown): unknown {
  const read = alertsShape.safeParse(message);
  if (!read.success) return message;
  return { ...read.data, alerts: read.data.alerts.map(withTime) };
}

function withTime(alert: unknown): unknown {
  const read = timesShape.safeParse(alert);
  if (!read.success) return alert;
  const { startsAt, endsAt } = read.data;
  return {
    ...read.data,
    ...(startsAt === undefined ? {} : { startsAt: iso(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: iso(endsAt) }),
  };
}

/** `2026-11-02 09:30:00.123 +0000 UTC` as RFC 3339 has it. What is written otherwise stays. */
const iso = (text: string): string =>
  text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d\d)(\d\d) [A-Z0-9+-]{1,8}$/, "$1T$2$3:$4");
