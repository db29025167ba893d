import type { Progress } from "../../kernel/progress.ts";
import { lastOf } from "./told.ts";

/** High when workloads have lost, or never had, all credentials (runbook, "Escalation"), or when the fault is the whole cluster's. */
export function priorityOf(progress: Progress): "high" | "normal" {
  const { incident } = progress;
  // What was said of the subjects as such is a finding about none of them.
  const findings = lastOf(progress).diagnosis?.findings.filter(({ check }) => check !== "subjects") ?? [];
  const faults = findings.filter((finding) => finding.is === "faulty");
  const wholeCluster = incident.scope.of === "cluster" && faults.length > 0;
  const subjects = new Set(findings.map((finding) => JSON.stringify(finding.subject)));
  const faulty = new Set(faults.map((finding) => JSON.stringify(finding.subject)));
  return wholeCluster || (incident.scenario === "workloads-not-receiving-svids" && subjects.size > 0 && faulty.size === subjects.size)
    ? "high"
    : "normal";
}
