import type { Fleet, Scenario } from "../../kernel/types/index.ts";
import { fleetInjected } from "../checks/fleet-injected.ts";
import { fleetMintFailures, svidExpiring, svidOutdated } from "../checks/fleet-svids.ts";
import { healthAgentsReady } from "../checks/health-agents-ready.ts";

/** Scenario 1 where no one workload is meant: an alert about the cluster or an agent, or the incident that many were folded into. Reading only. */
export const fleetWithoutSvids: Scenario<Fleet> = {
  id: "workloads-not-receiving-svids",
  section: "1",
  title: "Workloads of the whole cluster not receiving SVIDs",
  subjects: () => ({ chosen: [{ on: "fleet" }] }),
  chain: [healthAgentsReady, fleetInjected, fleetMintFailures, svidOutdated, svidExpiring],
};
