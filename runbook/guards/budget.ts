import { allow, deny, wait } from "../../kernel/answers.ts";
import { changesWithin, hour } from "../../kernel/permit.ts";
import { ruleOf } from "../../kernel/plan.ts";
import { after } from "../../kernel/time.ts";
import type { Guard, KnownRemedies } from "../../kernel/types/index.ts";

/** So many changes an hour in a cluster, whatever the reasons are. What can be taken back needs a second place, kept for that; so the undo itself needs none. */
export const budget = (remedies: KnownRemedies): Guard => ({
  id: "budget",
  asks: "Are there changes left in this hour?",
  rule({ ledger, policy, remedy, undoing, now }) {
    if (undoing) return allow;
    const needs = typeof ruleOf(remedies, remedy.kind).undo === "function" ? 2 : 1;
    const { changesPerHour } = policy.limits;
    const used = changesWithin(ledger.cluster.changes, hour, now);
    const over = used.length + needs - changesPerHour;
    if (over <= 0) return allow;
    if (needs > changesPerHour) return deny(`${remedy.kind} takes ${needs} of the hour's changes, and the policy allows ${changesPerHour}`);
    const frees = used[over - 1];
    const says = `${used.length} of ${changesPerHour} changes of this hour are used, and ${remedy.kind} needs ${needs}`;
    return frees ? wait(after(frees, hour), says) : deny(says);
  },
});
