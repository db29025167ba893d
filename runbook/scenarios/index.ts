import { type Runnable, runnable } from "../../kernel/rules.ts";
import type { Incident } from "../../kernel/types/index.ts";
import { fleetWithoutSvids } from "./fleet-without-svids.ts";
import { scenarioIdOf } from "./id.ts";
import { overallHealth } from "./overall-health.ts";
import { workloadsNotReceivingSvids } from "./workloads-not-receiving-svids.ts";

/**
 * The chain for an incident: by its scenario, and by what its scope can be looked at as. Without one of its own, overall health. An agent is
 * no workload that lacks an identity: an alert about one is looked at over all agents.
 */
export function scenarioOf(incident: Pick<Incident, "scenario" | "scope" | "alerts">): Runnable {
  const { scope, alerts } = incident;
  if (scenarioIdOf(incident) === "overall-health") return runnable(overallHealth);
  const aboutAgents = alerts.every(({ labels }) => labels.scope === "agent");
  return (scope.of === "owner" || scope.of === "namespace") && !aboutAgents
    ? runnable(workloadsNotReceivingSvids)
    : runnable(fleetWithoutSvids);
}
