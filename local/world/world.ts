import { Alarm } from "./alarm.ts";
import { Alerts } from "./alertmanager/alerts.ts";
import { alertmanagerApi } from "./alertmanager/api.ts";
import type { Delivery } from "./alertmanager/notify.ts";
import { newCluster } from "./cluster.ts";
import { controllerManagerOf } from "./controllers/tick.ts";
import { Faults } from "./faults.ts";
import { replay } from "./incidents/history.ts";
import { type IncidentName, incidents } from "./incidents/incidents.ts";
import { kubernetesApi } from "./kubernetes/api.ts";
import { Audit, type AuditEntry } from "./kubernetes/audit.ts";
import type { Logs } from "./kubernetes/logs.ts";
import type { Labels } from "./kubernetes/objects.ts";
import { newTokens, type Tokens, type UserName } from "./kubernetes/roles.ts";
import type { Store } from "./kubernetes/store.ts";
import { prometheusApi } from "./prometheus/api.ts";
import { clusterName, Exporter } from "./prometheus/exporter.ts";
import { Metrics } from "./prometheus/series.ts";
import { listen } from "./server.ts";

export interface WorldOptions {
  readonly incident: IncidentName;
  /** Milliseconds since 1970. With a clock of its own the world moves only when `tick` is called; else it moves by itself. */
  readonly clock?: () => number;
  /** From a new pod to its being Ready, in milliseconds; 400 where it is left out. */
  readonly readyDelayMs?: number;
}

/** A practice cluster with its Prometheus and Alertmanager, on loopback. */
export interface World {
  readonly kubernetesUrl: string;
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  readonly tokens: Tokens;
  /** As kubectl's; written as JSON it is YAML too. Plain HTTP needs `insecure-skip-tls-verify` in the Kubernetes client. */
  kubeconfig(user: UserName): Kubeconfig;
  /** For tests, which change the cluster behind everyone's back. */
  readonly store: Store;
  readonly metrics: Metrics;
  readonly alerts: Alerts;
  readonly logs: Logs;
  readonly faults: Faults;
  /** What is wrong in this world, in a sentence. */
  readonly says: string;
  /** Labels of the incident's alert. */
  readonly alert: Labels;
  /** Every request to the Kubernetes API that was no GET, with its answer. */
  audit(): readonly AuditEntry[];
  /** Sends the alert as Alertmanager does, and resolves when it was taken or refused. It ends by itself once its owner is whole. */
  fire(webhookUrl: string, bearer: string, labels?: Labels): Promise<Delivery>;
  /** Ends an alert that was fired; undefined where there is none. */
  resolve(labels?: Labels): Promise<Delivery | undefined>;
  tick(): void;
  stop(): Promise<void>;
}
export interface Kubeconfig {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "insecure-skip-tls-verify": true };
  }[];
  readonly users: readonly { readonly name: UserName; readonly user: { readonly token: string } }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly cluster: string; readonly user: UserName } }[];
  readonly "current-context": string;
}

const beatMs = 20;

export async function startWorld({ incident, clock, readyDelayMs = 400 }: WorldOptions): Promise<World> {
  const real = clock ?? Date.now;
  let replayed: number | undefined;
  const now = () => replayed ?? real();
  const faults = new Faults();
  const cluster = newCluster(now, readyDelayMs, faults.neverReady);
  const metrics = new Metrics();
  const exporter = new Exporter(metrics);
  const { says, history, alert: alertOf } = incidents[incident];
  const manage = controllerManagerOf(cluster);
  const tick = () => {
    manage();
    exporter.sync(cluster);
  };
  const setTime = (ms: number) => {
    replayed = ms;
  };
  replay({ cluster, setTime, tick }, history, real());
  replayed = undefined;

  const [tokens, audit, logs, alerts] = [newTokens(), new Audit(), new Map() as Logs, new Alerts(now)];
  const kubernetes = await listen("kubernetes", kubernetesApi({ cluster, tokens, audit, logs, faults }), faults);
  const prometheus = await listen("prometheus", prometheusApi(metrics, now, faults), faults);
  const alertmanager = await listen("alertmanager", alertmanagerApi(alerts, now), faults);
  const alarm = new Alarm(cluster, alerts, metrics, alertmanager.url);
  const beat = () => {
    tick();
    alarm.tick();
  };
  beat();
  const timer = clock ? undefined : setInterval(beat, beatMs);
  const alert = alertOf(cluster);

  return {
    kubernetesUrl: kubernetes.url,
    prometheusUrl: prometheus.url,
    alertmanagerUrl: alertmanager.url,
    tokens,
    kubeconfig: (user) => kubeconfig(kubernetes.url, user, tokens[user]),
    store: cluster.store,
    metrics,
    alerts,
    logs,
    faults,
    says,
    alert,
    audit: () => audit.entries,
    fire: (url, bearer, labels = alert) => alarm.fire({ url, bearer }, labels),
    resolve: (labels = alert) => alarm.resolve(labels),
    tick: beat,
    async stop() {
      clearInterval(timer);
      alarm.stop();
      await Promise.all([kubernetes.stop(), prometheus.stop(), alertmanager.stop()]);
    },
  };
}

const kubeconfig = (server: string, user: UserName, token: string): Kubeconfig => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: clusterName, cluster: { server, "insecure-skip-tls-verify": true } }],
  users: [{ name: user, user: { token } }],
  contexts: [{ name: clusterName, context: { cluster: clusterName, user } }],
  "current-context": clusterName,
});
