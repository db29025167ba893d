import { allow, wait } from "../../kernel/answers.ts";
import { proposed } from "../../kernel/plan.ts";
import type { Guard } from "../../kernel/types/index.ts";

/**
 * Without a cause, or with a cause that this very plan (kind, object and parameters, such as the label) is not for, nothing is done: then the plan
 * is of another time, and a new look is due.
 */
export const evidenceComplete: Guard = {
  id: "evidence-complete",
  asks: "Is there one cause, on evidence, that this remedy is for?",
  rule({ diagnosis, remedy, undoing, now }) {
    if (undoing) return allow;
    if (!diagnosis.cause) return wait(now, "there is no cause to act on any more");
    return proposed(diagnosis, remedy) ? allow : wait(now, `the cause now is "${diagnosis.cause.says}", which this remedy is not for`);
  },
};
