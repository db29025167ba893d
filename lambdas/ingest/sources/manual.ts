import * as z from "zod/mini";
import { placeLabels } from "../../../adapters/policy/names.ts";
import { parsed } from "../../../kernel/json.ts";
import type { Instant } from "../../../kernel/types/index.ts";
import { type Delivery, type Invalid, invalid } from "../delivery.ts";
import { fingerprintOf } from "../fingerprint.ts";

const names = ["cluster", "scenario", "scope", ...placeLabels] as const;
const text = z.optional(z.string("must be text"));
const shape = z.strictObject({
  manual: z.strictObject({
    ...Object.fromEntries(placeLabels.map((name) => [name, text])),
    scope: text,
    cluster: z.string(),
    scenario: z.string(),
  }),
});

/** A person's request: `{"manual": {cluster, scenario, and the labels that say what it is about}}`. Each request is an alert of its own. */
export function readManual(body: string, now: Instant): Delivery | Invalid {
  const read = shape.safeParse(parsed(body));
  if (!read.success) {
    const field = read.error.issues[0]?.path.join(".") || "body";
    return invalid(field, `must be {"manual": {...}} with cluster and scenario, and of ${names.join(", ")} what it is about, each as text`);
  }
  const given: Readonly<Record<string, unknown>> = read.data.manual;
  const labels = Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  const alert = { index: 0, from: "manual", status: "firing", fingerprint: fingerprintOf(labels), startsAt: now, labels } as const;
  return { is: "delivery", heard: [alert], rejected: [], truncated: 0 };
}
