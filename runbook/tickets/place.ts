import type { Evidence, Finding, Incident, Policy } from "../../kernel/types/index.ts";
import { controller, node, pod } from "../queries/kubernetes.ts";
import { instantQuery } from "../queries/promql.ts";
import { describe } from "./scope.ts";
import { known } from "./told.ts";

/** Cluster, nodes, trust domain and versions, as far as the evidence has them (runbook, "Escalation"). */
export function place(
  incident: Incident,
  findings: readonly Finding[],
  evidence: Evidence,
  policy: Policy,
  plain: (text: string) => string,
): readonly string[] {
  const nodes = nodesOf(findings, evidence);
  const info = infoOf(evidence);
  const told = (what: string, values: readonly string[]) =>
    values.length > 0 ? [`- ${what} ${plain([...new Set(values)].sort().join(", "))}`] : [];
  return [
    `- incident ${incident.id}, opened ${incident.openedAt}`,
    `- cluster ${plain(incident.cluster)}, ${plain(describe(incident.scope))}`,
    ...told(
      "nodes",
      nodes.map((name) => `${name}${versionOf(name, evidence)}`),
    ),
    ...told("trust domain", [...info.flatMap(({ spirl_trust_domain: domain }) => domain ?? []), ...alerted(incident, "trust_domain")]),
    ...told(
      "agents of version",
      info.flatMap(({ spirl_app_version: version }) => version ?? []),
    ),
    ...told("images", imagesOf(evidence, policy)),
  ];
}

const alerted = ({ alerts }: Incident, label: string): readonly string[] => alerts.flatMap(({ labels }) => labels[label] ?? []);

function nodesOf(findings: readonly Finding[], evidence: Evidence): readonly string[] {
  return findings.flatMap(({ subject }) => {
    if (subject.on === "agent") return [subject.node];
    if (subject.on !== "workload" || subject.pod === undefined) return [];
    return known(pod(subject.namespace, subject.pod), evidence)?.node ?? [];
  });
}

function versionOf(name: string, evidence: Evidence): string {
  const version = known(node(name), evidence)?.kubeletVersion;
  return version === undefined ? "" : ` (kubelet ${version})`;
}

/** The labels of whatever an agent reported about itself. */
const infoOf = (evidence: Evidence): readonly Readonly<Record<string, string>>[] =>
  [...evidence.keys()].flatMap((key) => {
    const [source, ...text] = key.split("\n");
    return source === "prometheus" ? (known(instantQuery(text.join("\n")), evidence) ?? []).map(({ labels }) => labels) : [];
  });

function imagesOf(evidence: Evidence, { installation }: Policy): readonly string[] {
  return [installation.agent, installation.csi].flatMap((name) => {
    const daemonSet = known(controller("DaemonSet", installation.namespace, name), evidence);
    return daemonSet?.template.spec.containers.flatMap(({ image }) => image ?? []) ?? [];
  });
}
