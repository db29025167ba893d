import * as z from "zod/mini";
import { ownerKinds } from "../../../adapters/policy/names.ts";
import { parsed } from "../../../kernel/json.ts";
import type { Instant } from "../../../kernel/types/index.ts";
import { labelsOf } from "../../patrol/report.ts";
import { type Delivery, type Heard, type Invalid, invalid } from "../delivery.ts";
import { fingerprintOf } from "../fingerprint.ts";

const find = z.object({ namespace: z.string(), kind: z.enum(ownerKinds), name: z.string(), pods: z.int() });
const shape = z.object({ patrol: z.object({ cluster: z.string(), finds: z.array(find) }) });

/** What a round of the patrol found, as `patrolBody` writes it: an alert for each workload, which begins now, for nobody knows since when. */
export function readPatrol(body: string, now: Instant): Delivery | Invalid {
  const read = shape.safeParse(parsed(body));
  if (!read.success) return invalid(read.error.issues[0]?.path.join(".") || "body", "must be what a patrol found");
  const { cluster, finds } = read.data.patrol;
  const heard = finds.map((each, index): Heard => {
    const labels = labelsOf(cluster, each);
    return { index, from: "patrol", status: "firing", fingerprint: fingerprintOf(labels), startsAt: now, labels };
  });
  return { is: "delivery", heard, rejected: [], truncated: 0 };
}
