import { injectLabel } from "../controllers/spirl.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { Labels, PodSpec, Toleration } from "../kubernetes/objects.ts";

/** A workload as its team would write it. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly replicas?: number;
  /** With the label that the webhook looks for; true where it is left out. */
  readonly labelled?: boolean;
  readonly labels?: Labels;
  readonly tolerations?: Toleration[];
}

const selectorOf = ({ name }: Workload) => ({ matchLabels: { app: name } });
const metadataOf = ({ namespace, name }: Workload) => ({ name, namespace, labels: { app: name } });
const labelsOf = ({ name, labelled = true, labels }: Workload): Labels => ({
  app: name,
  ...(labelled && { [injectLabel]: "enabled" }),
  ...labels,
});

function podSpec({ name, tolerations }: Workload): PodSpec {
  const resources = { requests: { cpu: "50m", memory: "64Mi" } };
  const container = { name: "app", image: `registry.example.test/${name}:1.4.2`, resources, env: [{ name: "LOG_LEVEL", value: "info" }] };
  return { containers: [container], serviceAccountName: name, ...(tolerations && { tolerations }) };
}
const template = (of: Workload) => ({ metadata: { labels: labelsOf(of) }, spec: podSpec(of) });

export const deployment = (of: Workload): Manifest<"Deployment"> => ({
  kind: "Deployment",
  metadata: metadataOf(of),
  spec: { replicas: of.replicas ?? 2, selector: selectorOf(of), template: template(of) },
});

export const statefulSet = (of: Workload): Manifest<"StatefulSet"> => ({
  kind: "StatefulSet",
  metadata: metadataOf(of),
  spec: { replicas: of.replicas ?? 2, serviceName: of.name, selector: selectorOf(of), template: template(of) },
});

export const daemonSet = (of: Workload): Manifest<"DaemonSet"> => ({
  kind: "DaemonSet",
  metadata: metadataOf(of),
  spec: { selector: selectorOf(of), template: template(of) },
});

export const barePod = (of: Workload): Manifest<"Pod"> => ({
  kind: "Pod",
  metadata: { ...metadataOf(of), labels: labelsOf(of) },
  spec: podSpec(of),
});

export const budget = (of: Workload, minAvailable: number): Manifest<"PodDisruptionBudget"> => ({
  kind: "PodDisruptionBudget",
  metadata: metadataOf(of),
  spec: { minAvailable, selector: selectorOf(of) },
});

export const namespace = (name: string, labels: Labels = {}): Manifest<"Namespace"> => ({ kind: "Namespace", metadata: { name, labels } });
