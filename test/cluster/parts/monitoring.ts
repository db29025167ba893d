import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Binaries } from "./install.ts";
import { type Part, startPart, untilReady } from "./process.ts";

export interface ScrapeTarget {
  readonly job: string;
  /** Full address of the metrics page. */
  readonly url: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly bearerToken?: string;
  /** Authority of an https page. */
  readonly caFile?: string;
}

/** Where Alertmanager sends its notifications, and how it groups them. */
export interface AlertmanagerWebhook {
  readonly url: string;
  readonly bearerToken: string;
  /** Default: alertname, cluster, namespace. */
  readonly groupBy?: readonly string[];
  /** Default 1s; a failed delivery is tried again for at least 10 s. */
  readonly groupInterval?: string;
  /** Default 1h. */
  readonly repeatInterval?: string;
}

export interface MonitoringOptions {
  readonly binaries: Binaries;
  readonly dir: string;
  readonly ports: { readonly prometheus: number; readonly alertmanager: number };
  /** Label `cluster` of every series and alert. */
  readonly cluster: string;
  readonly targets: readonly ScrapeTarget[];
  readonly ruleFiles: readonly string[];
  readonly webhook: AlertmanagerWebhook | undefined;
  readonly started: (part: Part) => void;
}

/** Starts Prometheus (everything each second) and Alertmanager (notifies at once), both on loopback; resolves when both are ready. */
export async function startMonitoring(options: MonitoringOptions): Promise<void> {
  const { binaries, dir, ports, started } = options;
  await writeFile(join(dir, "prometheus.yml"), stringify(prometheusConfig(options)), { mode: 0o600 });
  await writeFile(join(dir, "alertmanager.yml"), stringify(alertmanagerConfig(options.webhook)), { mode: 0o600 });
  const alertmanager = startPart({
    name: "alertmanager",
    command: binaries.alertmanager,
    dir,
    args: [
      `--config.file=${join(dir, "alertmanager.yml")}`,
      `--storage.path=${join(dir, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
      "--cluster.listen-address=", // else it listens for peers on all interfaces
    ],
  });
  started(alertmanager);
  const prometheus = startPart({
    name: "prometheus",
    command: binaries.prometheus,
    dir,
    args: [
      `--config.file=${join(dir, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(dir, "prometheus")}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      "--web.enable-lifecycle", // POST /-/reload after a rule file has changed
    ],
  });
  started(prometheus);
  await Promise.all([
    untilReady(alertmanager, 30, async () => (await fetch(`http://127.0.0.1:${ports.alertmanager}/-/ready`)).ok),
    untilReady(prometheus, 30, async () => (await fetch(`http://127.0.0.1:${ports.prometheus}/-/ready`)).ok),
  ]);
}

function prometheusConfig({ ports, cluster, targets, ruleFiles }: MonitoringOptions): unknown {
  return {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s", external_labels: { cluster } },
    rule_files: ruleFiles,
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }] },
    scrape_configs: targets.map(({ job, url, labels, bearerToken, caFile }) => {
      const { protocol, host, pathname } = new URL(url);
      return {
        job_name: job,
        scheme: protocol.replace(":", ""),
        metrics_path: pathname,
        honor_labels: true, // the exporter speaks for all agents: `pod` and `namespace` are theirs
        static_configs: [{ targets: [host], labels: { cluster, ...labels } }],
        ...(bearerToken === undefined ? {} : { authorization: { credentials: bearerToken } }),
        ...(caFile === undefined ? {} : { tls_config: { ca_file: caFile } }),
      };
    }),
  };
}

function alertmanagerConfig(webhook: AlertmanagerWebhook | undefined): unknown {
  const receiver = "remediator";
  if (webhook === undefined) return { route: { receiver }, receivers: [{ name: receiver }] };
  const { url, bearerToken, groupBy = ["alertname", "cluster", "namespace"], groupInterval = "1s", repeatInterval = "1h" } = webhook;
  const route = { receiver, group_by: groupBy, group_wait: "0s", group_interval: groupInterval, repeat_interval: repeatInterval };
  const http = { authorization: { type: "Bearer", credentials: bearerToken } };
  return { route, receivers: [{ name: receiver, webhook_configs: [{ url, send_resolved: true, http_config: http }] }] };
}
