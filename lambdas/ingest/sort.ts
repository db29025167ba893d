import { redactJson, redactText } from "../../adapters/redact/index.ts";
import { digest } from "../../kernel/digest.ts";
import { type IncidentKey, keyDigest } from "../../kernel/ids.ts";
import type { Alert, Policy, Sha256, Some } from "../../kernel/types/index.ts";
import { maySpeakFor, type Sender } from "../authorize/handler.ts";
import type { Delivery, Heard, Ignored, Rejected } from "./delivery.ts";
import { type Placed, place } from "./place.ts";

/** The alerts of one delivery that belong into one incident. */
export interface Group {
  readonly key: IncidentKey;
  readonly alerts: Some<Alert>;
  readonly from: Some<Heard>;
}
export interface Sorted {
  readonly groups: readonly Group[];
  readonly rejected: readonly Rejected[];
  readonly ignored: readonly Ignored[];
  /** Rejected for nothing but the cluster: the token is for others. */
  readonly forbidden: number;
}

/** Sorts a delivery's alerts into groups, by what they are about. `body` is where the delivery is archived. */
export function sort(
  { heard, rejected: unread }: Delivery,
  { policy, sender, body }: { policy: Policy; sender: Sender; body: Sha256 },
): Sorted {
  const groups = new Map<string, { key: IncidentKey; alerts: [Alert, ...Alert[]]; from: [Heard, ...Heard[]] }>();
  const rejected = [...unread];
  const ignored: Ignored[] = [];
  const tidy = tidying();
  let forbidden = 0;
  for (const one of heard) {
    const { index, fingerprint } = one;
    const placing = place(one, policy);
    if (placing.did === "ignore") ignored.push({ index, fingerprint, reason: placing.reason });
    else if (placing.did === "reject") rejected.push({ index, fingerprint, field: placing.field, reason: placing.reason });
    else if (!maySpeakFor(sender, placing.key.cluster)) {
      forbidden += 1;
      rejected.push({
        index,
        fingerprint,
        field: "labels.cluster",
        reason: `must be a cluster that the token ${sender.name} may speak for`,
      });
    } else if (!isNamed(placing.key.cluster, policy)) {
      rejected.push({ index, fingerprint, field: "labels.cluster", reason: "must be a cluster that the policy names" });
    } else {
      const alert = alertOf(one, placing, body, tidy);
      const id = keyDigest(placing.key);
      const group = groups.get(id);
      if (group) {
        group.alerts.push(alert);
        group.from.push(one);
      } else groups.set(id, { key: placing.key, alerts: [alert], from: [one] });
    }
  }
  return { groups: [...groups.values()], rejected: rejected.toSorted((a, b) => a.index - b.index), ignored, forbidden };
}

/** A policy that says where its clusters are names all that there are: nobody could look into another one. */
const isNamed = (cluster: string, { clusters }: Policy): boolean => Object.keys(clusters).length === 0 || Object.hasOwn(clusters, cluster);

function alertOf(heard: Heard, { key, labels }: Placed, body: Sha256, tidy: (text: string) => string): Alert {
  const { from, fingerprint, startsAt } = heard;
  // All others are names, held to their pattern.
  const free = Object.entries(labels).filter(([name]) => name === "alertname" || name === "severity");
  const clean = { ...labels, ...Object.fromEntries(free.map(([name, value]) => [name, tidy(value)])) };
  const whole = from === "alertmanager" ? { whole: digest(redactJson(heard.labels)) } : {};
  const base = { from, cluster: key.cluster, fingerprint, startsAt, labels: clean, ...whole, body };
  return heard.status === "firing" ? { ...base, status: "firing" } : { ...base, status: "resolved", endsAt: heard.endsAt };
}

/** Foreign text without secrets and broken characters. Values repeat in a delivery, so each is looked at once. */
function tidying(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const tidy = known.get(text) ?? redactText(text.toWellFormed());
    known.set(text, tidy);
    return tidy;
  };
}
