import { allow, wait } from "../../kernel/answers.ts";
import type { Guard } from "../../kernel/types/index.ts";

/** Without a cause, or with a cause that this remedy is not for, nothing is done: then the plan is of another time, and a new look is due. */
export const evidenceComplete: Guard = {
  id: "evidence-complete",
  asks: "Is there one cause, on evidence, that this remedy is for?",
  rule({ diagnosis, remedy, undoing, now }) {
    if (undoing) return allow;
    if (!diagnosis.cause) return wait(now, "there is no cause to act on any more");
    const own = diagnosis.remedies.some(({ kind, target }) => kind === remedy.kind && target.uid === remedy.target.uid);
    return own ? allow : wait(now, `the cause now is "${diagnosis.cause.says}", which this remedy is not for`);
  },
};
