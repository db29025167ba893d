import type { Cluster } from "../cluster.ts";
import { timestamp } from "../kubernetes/json.ts";
import { apiVersionOf } from "../kubernetes/kinds.ts";
import type { AnyObject, Event } from "../kubernetes/objects.ts";

const hour = 3_600_000;
const again = 10_000;

export interface Occurrence {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly from: string;
}

/** Records an event; the same one about the same object is counted instead, at most every ten seconds. */
export function emit({ store, now }: Cluster, about: AnyObject, { type, reason, message, from }: Occurrence): void {
  const namespace = about.metadata.namespace ?? "default";
  const at = timestamp(now());
  const same = store.list("Event", namespace).find((each) => {
    return each.involvedObject.uid === about.metadata.uid && each.reason === reason && each.message === message;
  });
  if (same) {
    if (now() - Date.parse(same.lastTimestamp) < again) return;
    store.update(same, (event) => Object.assign(event, { count: event.count + 1, lastTimestamp: at }), { manager: from });
    return;
  }
  const { kind, metadata } = about;
  const { name, uid, resourceVersion } = metadata;
  const involvedObject = { kind, name, uid, apiVersion: apiVersionOf(kind), resourceVersion, ...(metadata.namespace && { namespace }) };
  const times = { count: 1, firstTimestamp: at, lastTimestamp: at };
  const source = { source: { component: from }, reportingComponent: from, reportingInstance: "" };
  store.create<"Event">(
    { kind: "Event", metadata: { generateName: `${name}.`, namespace }, involvedObject, reason, message, type, ...times, ...source },
    { manager: from },
  );
}

/** The API server keeps events for an hour. */
export function forgetEvents({ store, now }: Cluster): void {
  const isOld = ({ lastTimestamp }: Event) => now() - Date.parse(lastTimestamp) > hour;
  for (const event of store.list("Event").filter(isOld)) store.remove(event);
}
