import { allow, wait } from "../../kernel/answers.ts";
import { own } from "../../kernel/own.ts";
import { coolingKey } from "../../kernel/plan.ts";
import type { Guard } from "../../kernel/types/index.ts";

/**
 * What was written to lately is left alone for a while, lest two incidents take turns; the incident that wrote may finish its work, and what is
 * to be taken back does not wait for its own rest.
 */
export const cooldown: Guard = {
  id: "cooldown",
  asks: "Was the same done to the same workload a short while ago?",
  rule({ ledger, remedy, incident, undoing, now }) {
    if (undoing) return allow;
    const cooling = own(ledger.cluster.cooling, coolingKey(remedy));
    if (!cooling || cooling.until <= now || cooling.by === incident.id) return allow;
    return wait(cooling.until, `${cooling.by} did this to the same workload; it cools down until ${cooling.until}`);
  },
};
