import type { ScenarioId, Scope } from "../../kernel/types/index.ts";
import type { Find } from "../../runbook/patrol.ts";

export const scenario: ScenarioId = "workloads-not-receiving-svids";

export const scopeOfFind = ({ namespace, kind, name }: Find): Scope => ({ of: "owner", namespace, kind, name });

/** What the patrol sends in: `{"patrol": {"cluster", "finds": [{namespace, kind, name, pods}]}}`. */
export const patrolBody = (cluster: string, finds: readonly Find[]): string => JSON.stringify({ patrol: { cluster, finds } });

/** Labels of an alert about a find: those of our rule SpirlWorkloadNotInjected, so that the two are one alert under one fingerprint. */
export const labelsOf = (cluster: string, { namespace, kind, name }: Find): Readonly<Record<string, string>> => ({
  alertname: "SpirlWorkloadNotInjected",
  cluster,
  scenario,
  severity: "warning",
  scope: "owner",
  namespace,
  workload_kind: kind,
  workload: name,
});
