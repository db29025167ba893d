import type { Rules } from "../kernel/rules.ts";
import { decisionRules } from "./decision-rules.ts";
import { derive } from "./derive.ts";
import { remedies } from "./remedies/index.ts";
import { scenarioOf } from "./scenarios/index.ts";
import { soon } from "./soon.ts";
import { refresh } from "./targets.ts";

/** The runbook as the machinery takes it. */
export const rules: Rules = { ...decisionRules, remedies, scenarioOf, soon, refresh, derive };
