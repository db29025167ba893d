import type { Progress } from "../../kernel/progress.ts";

/** High when workloads have lost, or never had, all credentials (runbook, "Escalation"), or when the fault is the whole cluster's. */
export function priorityOf({ incident, diagnosis }: Progress): "high" | "normal" {
  const faults = diagnosis?.diagnosis.findings.filter((finding) => finding.is === "faulty") ?? [];
  const wholeCluster = incident.scope.of === "cluster" && faults.length > 0;
  const subjects = new Set(diagnosis?.diagnosis.findings.map((finding) => JSON.stringify(finding.subject)));
  const faulty = new Set(faults.map((finding) => JSON.stringify(finding.subject)));
  return wholeCluster || (incident.scenario === "workloads-not-receiving-svids" && subjects.size > 0 && faulty.size === subjects.size)
    ? "high"
    : "normal";
}
