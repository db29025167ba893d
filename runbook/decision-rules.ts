import type { DecisionRules } from "../kernel/rules.ts";
import { guards } from "./guards/index.ts";
import { knownRemedies } from "./remedies/known.ts";
import { scenarioIdOf } from "./scenarios/id.ts";

/** The runbook for who decides and who tells people: no check, no scenario's chain, nothing that looks. */
export const decisionRules: DecisionRules = {
  guards: guards(knownRemedies),
  remedies: knownRemedies,
  scenarioOf: (incident) => ({ id: scenarioIdOf(incident) }),
};
