import type { Query } from "../../kernel/types/index.ts";
import { agentReports, mintsOf } from "../../runbook/queries/prometheus.ts";
import { aPolicy } from "./incidents.ts";

const { installation } = aPolicy();

/** Answers about one agent pod: that it reports, and its mints of five minutes as `[svid_type, status_code, count]`. */
export function agentMetrics(
  pod = "spirl-agent-node-1",
  mints: readonly (readonly [type: string, code: string, count: number])[] = [["x509", "ok", 600]],
): readonly (readonly [Query<unknown>, unknown])[] {
  return [
    [agentReports(installation, pod), [{ labels: {}, value: 1 }]],
    [mintsOf(installation, pod, 300), mints.map(([svid_type, status_code, value]) => ({ labels: { svid_type, status_code }, value }))],
  ];
}
