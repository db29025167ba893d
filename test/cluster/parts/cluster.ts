import type { Admin } from "./admin.ts";
import type { AuditEvent } from "./audit.ts";
import type { Exporter } from "./exporter.ts";
import type { Binaries } from "./install.ts";
import type { AgentPod } from "./installation.ts";
import type { NodeSpec } from "./kwok.ts";
import type { AlertmanagerWebhook, ScrapeTarget } from "./monitoring.ts";
import type { Authenticate } from "./token-review.ts";
import type { Webhook, WebhookReach } from "./webhook-configuration.ts";

export interface ClusterOptions {
  /** An empty folder for data, logs, keys; the caller removes it after `stop`. */
  readonly dir: string;
  /** YAML of an audit policy. Default: bodies of all writes, metadata of reads. */
  readonly auditPolicy?: string;
  /** Default: node-1, node-2, node-3. */
  readonly nodes?: readonly NodeSpec[];
  /** YAML texts that the admin applies, for example the RBAC of the `remediator:*` groups; in effect when `startCluster` resolves. */
  readonly manifests?: readonly string[];
  /** Users by name with their groups, beside the standard ones. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** Who is behind a token that is none of these users'. Default: nobody. */
  readonly authenticate?: Authenticate;
  readonly webhook?: { readonly by?: "service" | "url"; readonly reach?: WebhookReach };
  /** Scripts by command name for `kubectl exec`. They run on this machine as this user, as would any absolute path. Default: exec is refused. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Starts Prometheus and Alertmanager. */
  readonly prometheus?: boolean;
  /** Label `cluster` of series and alerts. Default `test`. */
  readonly cluster?: string;
  readonly alertmanagerWebhook?: AlertmanagerWebhook;
  /** Paths of Prometheus rule files. */
  readonly ruleFiles?: readonly string[];
  /** Beside the exporter (job `spirl-agent`) and the API server (job `apiserver`). */
  readonly scrapeTargets?: readonly ScrapeTarget[];
}

export interface RealCluster {
  readonly url: string;
  readonly caFile: string;
  readonly binaries: Binaries;
  /** Path of a user's kubeconfig: admin, reader, evict-workload, rollout-workload, label-namespace, nobody, or one of the options. */
  readonly kubeconfig: (user: string) => string;
  readonly token: (user: string) => string;
  /** Runs kubectl as the admin and gives its output; a failure is an error with what kubectl said. */
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<string>;
  /** Requests as the admin, without kubectl. */
  readonly admin: Admin;
  /** All requests answered until now, in order. After `stop` too, as long as the folder is there. */
  readonly audit: () => Promise<AuditEvent[]>;
  readonly webhook: Webhook;
  readonly exporter: Exporter;
  readonly agents: () => Promise<AgentPod[]>;
  /** More nodes, Ready and with agent and CSI driver when it resolves. */
  readonly addNodes: (nodes: readonly NodeSpec[]) => Promise<void>;
  /** What `kubectl logs` answers: see `writeLog`. */
  readonly setLog: (container: string, lines: readonly string[], previous?: readonly string[]) => void;
  readonly prometheusUrl: string | undefined;
  readonly alertmanagerUrl: string | undefined;
  /** Process ids of everything that was started. */
  readonly pids: readonly number[];
  /** Ends every process and listener and waits for them. */
  readonly stop: () => Promise<void>;
}
