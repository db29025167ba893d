import type { Rules } from "../kernel/rules.ts";
import { guards } from "./guards/index.ts";
import { remedies } from "./remedies/index.ts";
import { scenarioOf } from "./scenarios/index.ts";
import { soon } from "./soon.ts";
import { refresh } from "./targets.ts";

/** The runbook as the machinery takes it. */
export const rules: Rules = { guards: guards(remedies), remedies, scenarioOf, soon, refresh };
