import { type PlaceLabel, placeLabels } from "../../adapters/policy/names.ts";
import type { AlertMapping, OwnerKind } from "../../kernel/types/index.ts";

export type LabelName = "alertname" | "cluster" | "scenario" | "severity" | "scope" | PlaceLabel;
/** A label by our name for it. An empty one is none, as in Prometheus. */
export type Look = (name: LabelName) => string | undefined;

const exportable: ReadonlySet<LabelName> = new Set(placeLabels);
/** A label that is called like this names the workload and says its kind. */
const kindOf: Readonly<Record<string, OwnerKind>> = {
  deployment: "Deployment",
  statefulset: "StatefulSet",
  daemonset: "DaemonSet",
  replicaset: "ReplicaSet",
  job_name: "Job",
};

/**
 * Finds labels by our names, through the mapping where there is one. What a scraped target says about others stands under `exported_*`: then the
 * plain label is the exporter itself. Which cluster it is, and what it means, no target may say.
 */
export function lookIn(labels: Readonly<Record<string, string>>, mapping?: AlertMapping): Look {
  const raw = (name: string) => (Object.hasOwn(labels, name) && labels[name] !== "" ? labels[name] : undefined);
  const theirs = (name: LabelName) => mapping?.labels[name] ?? name;
  const exported = (name: LabelName) => (exportable.has(name) ? raw(`exported_${theirs(name)}`) : undefined);
  const look: Look = (name) => exported(name) ?? raw(theirs(name));
  return (name) => {
    // A pod that was exported without its namespace: the namespace that is there is the exporter's.
    if (name === "namespace" && exported("pod") !== undefined) return exported("namespace");
    if (name === "workload_kind" && look("workload") !== undefined) return look(name) ?? kindOf[theirs("workload")];
    return look(name);
  };
}
