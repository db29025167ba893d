import type { Labels } from "../kubernetes/objects.ts";
import { type Alert, fingerprint } from "./alerts.ts";
import { receiver } from "./api.ts";

const groupedBy = ["alertname", "cluster", "namespace"] as const;
const notYet = "0001-01-01T00:00:00Z";

/** The body of Alertmanager's webhook, version 4, for one group of alerts. `now` in milliseconds since 1970. */
export function webhookBody(alerts: readonly Alert[], externalURL: string, now: number) {
  const written = alerts.map(({ labels, annotations, startsAt, endsAt, generatorURL }) => {
    const resolved = endsAt !== "held" && endsAt <= now;
    return {
      status: resolved ? "resolved" : "firing",
      labels,
      annotations,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: resolved ? new Date(endsAt).toISOString() : notYet,
      generatorURL,
      fingerprint: fingerprint(labels),
    };
  });
  const commonLabels = common(alerts.map(({ labels }) => labels));
  const groupLabels = Object.fromEntries(
    groupedBy.flatMap((name) => (commonLabels[name] === undefined ? [] : [[name, commonLabels[name]]])),
  );
  const key = Object.entries(groupLabels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return {
    receiver,
    status: written.some(({ status }) => status === "firing") ? "firing" : "resolved",
    alerts: written,
    groupLabels,
    commonLabels,
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL,
    version: "4",
    groupKey: `{}:{${key.join(", ")}}`,
    truncatedAlerts: 0,
  };
}

const common = ([first = {}, ...others]: readonly Labels[]): Labels =>
  Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((each) => each[name] === value)));
