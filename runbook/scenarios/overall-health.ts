import type { Fleet, Scenario } from "../../kernel/types/index.ts";
import { fleetInjected } from "../checks/fleet-injected.ts";
import { fleetMintFailures, svidExpiring, svidOutdated } from "../checks/fleet-svids.ts";
import { healthAgentsReady } from "../checks/health-agents-ready.ts";

/** For alerts that name no scenario that is known here. Reading only: nothing is repaired on the strength of a guess. */
export const overallHealth: Scenario<Fleet> = {
  id: "overall-health",
  section: "Checking Overall Health",
  title: "Overall health",
  subjects: () => ({ chosen: [{ on: "fleet" }] }),
  chain: [healthAgentsReady, fleetInjected, fleetMintFailures, svidOutdated, svidExpiring],
};
