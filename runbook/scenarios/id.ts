import type { Incident, ScenarioId } from "../../kernel/types/index.ts";

/** By which section of the runbook an incident is looked at: its own, where that is known here, else overall health. */
export const scenarioIdOf = ({ scenario }: Pick<Incident, "scenario">): ScenarioId =>
  scenario === "workloads-not-receiving-svids" ? scenario : "overall-health";
