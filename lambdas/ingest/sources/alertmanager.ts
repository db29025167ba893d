import * as z from "zod/mini";
import { parsed } from "../../../kernel/json.ts";
import { instant } from "../../../kernel/time.ts";
import { type Delivery, type Heard, type Invalid, invalid, type Rejected } from "../delivery.ts";
import { fingerprintOf } from "../fingerprint.ts";

const aTime = "must be a time as in 2026-11-02T09:30:00Z";
const aLater = "must be when it ended, not before startsAt";
const aLabels = "must be an object of names and texts";
const aFingerprint = "must be the one that Alertmanager gives these labels, or left out";
const anAlert = "must be an object with status, labels and startsAt";

const time = z.iso.datetime({ offset: true, error: aTime });
const shared = {
  labels: z.record(z.string(), z.string(aLabels), aLabels),
  startsAt: time,
  fingerprint: z.optional(z.string("must be text").check(z.regex(/^[0-9a-f]{16}$/, "must be 16 hexadecimal digits, or left out"))),
};
// What is not listed is let through: Alertmanager adds fields with its versions. `endsAt` says nothing while an alert fires.
const alertShape = z.discriminatedUnion(
  "status",
  [
    z.looseObject({ status: z.literal("firing"), ...shared }, anAlert),
    z.looseObject({ status: z.literal("resolved"), endsAt: time, ...shared }, anAlert),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be firing or resolved" : anAlert) },
);
const envelopeShape = z.looseObject(
  {
    alerts: z.array(z.unknown(), "must be a list of alerts").check(z.minLength(1, "must hold at least one alert")),
    // Only a hint: what it says never costs an alert.
    truncatedAlerts: z.catch(z.int().check(z.nonnegative()), 0),
  },
  "must be a JSON object as Alertmanager's webhook sends it",
);
const versionShape = z.looseObject(
  { version: z.literal("4", 'must be "4": no other version of the webhook is known') },
  "must be a JSON object as Alertmanager's webhook sends it",
);

/** The body of Alertmanager's webhook, version 4. Each alert is judged by itself. */
export function readAlertmanager(body: string): Delivery | Invalid {
  const value = parsed(body);
  if (value === undefined) return invalid("body", "is not JSON");
  const version = versionShape.safeParse(value);
  return version.success ? readAlerts(value) : firstOf(version.error);
}

/** `alerts[]` and `truncatedAlerts` of a value, wherever they came from. */
export function readAlerts(value: unknown): Delivery | Invalid {
  const envelope = envelopeShape.safeParse(value);
  if (!envelope.success) return firstOf(envelope.error);
  const heard: Heard[] = [];
  const rejected: Rejected[] = [];
  for (const [index, alert] of envelope.data.alerts.entries()) {
    const read = readAlert(alert, index);
    if ("reason" in read) rejected.push(read);
    else heard.push(read);
  }
  return { is: "delivery", heard, rejected, truncated: envelope.data.truncatedAlerts };
}

/** Of any label, known here or not: longer ones are no labels, and cost time to hash. */
const longestLabel = 4096;

function readAlert(value: unknown, index: number): Heard | Rejected {
  const read = alertShape.safeParse(value);
  if (!read.success) {
    const { field, reason } = firstOf(read.error);
    return { index, field: field === "body" ? "alert" : field, reason };
  }
  const { labels } = read.data;
  const long = Object.entries(labels).find(([name, value]) => name.length + value.length > longestLabel);
  if (long) return { index, field: "labels", reason: `must each be at most ${longestLabel} characters, with their names` };
  const fingerprint = fingerprintOf(labels);
  const reject = (field: string, reason: string): Rejected => ({ index, fingerprint, field, reason });
  // By it the alert is found again in Alertmanager: another one would let this alert fire for as long as a stranger does.
  if (read.data.fingerprint !== undefined && read.data.fingerprint !== fingerprint) return reject("fingerprint", aFingerprint);
  if (Object.keys(labels).length === 0) return reject("labels", "must hold at least one label");
  const startsAt = Date.parse(read.data.startsAt);
  // The zero time is how Go writes "never".
  if (!(startsAt > 0)) return reject("startsAt", aTime);
  const base = { index, from: "alertmanager", fingerprint, startsAt: instant(startsAt), labels } as const;
  if (read.data.status === "firing") return { ...base, status: "firing" };
  const endsAt = Date.parse(read.data.endsAt);
  return endsAt >= startsAt ? { ...base, status: "resolved", endsAt: instant(endsAt) } : reject("endsAt", aLater);
}

/** The field is ours to name, so deeper parts of the path stay out: a label's name is foreign text. */
function firstOf({ issues: [issue] }: z.core.$ZodError): Invalid {
  return invalid(String(issue?.path[0] ?? "body"), issue?.message ?? "cannot be read");
}
