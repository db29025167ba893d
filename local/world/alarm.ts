import type { Alerts } from "./alertmanager/alerts.ts";
import { type Delivery, notify, type Receiver } from "./alertmanager/notify.ts";
import { webhookBody } from "./alertmanager/webhook.ts";
import type { Cluster } from "./cluster.ts";
import type { Labels } from "./kubernetes/objects.ts";
import { isWhole } from "./owners.ts";
import { Gauge, type Metrics } from "./prometheus/series.ts";

/** From the owner's last pod being injected and Ready to the resolved alert: a rule's evaluation and Alertmanager's group interval. */
const resolveAfterMs = 2_000;

interface Raised {
  readonly labels: Labels;
  readonly receiver: Receiver;
  readonly series: Gauge;
  wholeSince?: number;
}

/** Prometheus' alerting rule and Alertmanager's notifications, for the alerts that the world raises itself. */
export class Alarm {
  readonly #cluster: Cluster;
  readonly #alerts: Alerts;
  readonly #metrics: Metrics;
  readonly #externalURL: string;
  readonly #stopped = new AbortController();
  readonly #raised = new Map<string, Raised>();

  constructor(cluster: Cluster, alerts: Alerts, metrics: Metrics, externalURL: string) {
    this.#cluster = cluster;
    this.#alerts = alerts;
    this.#metrics = metrics;
    this.#externalURL = externalURL;
  }

  /** Raises the alert, or holds it if it is there, and tells the receiver until it answers. A silenced alert is told to nobody. */
  async fire(receiver: Receiver, labels: Labels): Promise<Delivery> {
    const now = this.#cluster.now();
    const summary = `${labels.workload ?? "a workload"} in ${labels.namespace ?? "the cluster"} has pods without the SPIFFE socket`;
    this.#alerts.put({ labels, annotations: { summary }, generatorURL: `${this.#externalURL}/graph`, startsAt: now, endsAt: "held" });
    const key = JSON.stringify(labels);
    const series = this.#raised.get(key)?.series ?? this.#metrics.add(new Gauge("ALERTS", { ...labels, alertstate: "firing" }, now, 1));
    this.#raised.set(key, { labels, receiver, series });
    return this.#tell(receiver, labels);
  }

  /** Ends the alert and tells its receiver. */
  async resolve(labels: Labels): Promise<Delivery | undefined> {
    const key = JSON.stringify(labels);
    const raised = this.#raised.get(key);
    const alert = this.#alerts.get(labels);
    if (!raised || !alert) return undefined;
    this.#raised.delete(key);
    raised.series.until = this.#cluster.now();
    this.#alerts.put({ ...alert, endsAt: this.#cluster.now() });
    return this.#tell(raised.receiver, labels);
  }

  /** Resolves what has been whole for long enough. */
  tick(): void {
    const now = this.#cluster.now();
    for (const raised of this.#raised.values()) {
      if (!isWhole(this.#cluster.store, raised.labels)) delete raised.wholeSince;
      else raised.wholeSince ??= now;
      if (raised.wholeSince !== undefined && now - raised.wholeSince >= resolveAfterMs) void this.resolve(raised.labels);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #tell(receiver: Receiver, labels: Labels): Promise<Delivery> {
    const alert = this.#alerts.get(labels);
    if (!alert || this.#alerts.silencedBy(labels).length > 0) return { attempts: 0, status: undefined };
    return notify(receiver, webhookBody([alert], this.#externalURL, this.#cluster.now()), { signal: this.#stopped.signal });
  }
}
