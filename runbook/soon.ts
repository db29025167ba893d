import { run } from "../kernel/suspend.ts";
import type { Alert, Evidence, Incident, Policy, Query } from "../kernel/types/index.ts";
import { sightingOf } from "./guards/fresh-and-firing.ts";
import { silences } from "./queries/alertmanager.ts";
import * as cluster from "./queries/kubernetes.ts";

/**
 * What checks and guards will ask for whatever else they find, so that it is fetched with the first of their reads and not one after the other.
 * Nothing depends on it but the time that a diagnosis takes: where it cannot even be asked for, who needs it says so.
 */
export function soon(incident: Incident, firing: readonly Alert[], policy: Policy, evidence: Evidence): readonly Query<unknown>[] {
  const ran = run((read) => read.all(...asked(incident, firing, policy)), evidence);
  return ran.did === "miss" ? ran.queries : [];
}

function asked({ scope, scenario }: Incident, firing: readonly Alert[], { installation }: Policy): readonly Query<unknown>[] {
  if (scenario !== "workloads-not-receiving-svids") return [];
  return [
    ...firing.filter(({ from }) => from === "alertmanager").map(sightingOf),
    ...(firing.some(({ from }) => from === "patrol") ? [silences()] : []),
    cluster.webhookConfiguration(installation.webhook),
    cluster.namespaces(),
    cluster.nodes(),
    cluster.allPods(),
    cluster.controller("DaemonSet", installation.namespace, installation.agent),
    cluster.controller("DaemonSet", installation.namespace, installation.csi),
    ...(scope.of === "owner" || scope.of === "namespace" ? [cluster.podsIn(scope.namespace)] : []),
  ];
}
