import { milliseconds } from "../../kernel/time.ts";
import type { Patrolled } from "../../lambdas/patrol/handler.ts";

export interface PatrolMetrics {
  /** Takes in what a round came to. A round that saw nothing changes nothing: its page grows old, and the rules look at its age. */
  note(patrolled: Patrolled): void;
  /** In Prometheus' text format. Empty until the first round that saw the cluster. */
  page(): string;
}

export const contentType = "text/plain; version=0.0.4; charset=utf-8";

const found = "remediator_workload_not_injected";
const success = "remediator_patrol_last_success_timestamp_seconds";

/** The last finds of the patrol of one cluster, for Prometheus to scrape: the rule SpirlWorkloadNotInjected is made of them. */
export function patrolMetrics(cluster: string): PatrolMetrics {
  let last: Extract<Patrolled, { did: "look" }> | undefined;
  return {
    note: (patrolled) => {
      if (patrolled.did === "look") last = patrolled;
    },
    page: () => {
      if (!last) return "";
      const lines = [
        `# HELP ${found} Live pods of a workload that should have the SPIFFE socket and have not.`,
        `# TYPE ${found} gauge`,
        ...last.finds.map(({ namespace, kind, name, pods }) =>
          line(found, { cluster, namespace, workload_kind: kind, workload: name }, pods),
        ),
        `# HELP ${success} When the patrol last saw the cluster.`,
        `# TYPE ${success} gauge`,
        line(success, { cluster }, milliseconds(last.at) / 1000),
      ];
      return `${lines.join("\n")}\n`;
    },
  };
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${pairs.join(",")}} ${value}`;
}

/** Exactly the three that the format knows. */
const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
