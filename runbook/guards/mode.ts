import { allow, ask, deny } from "../../kernel/answers.ts";
import { remedyMode } from "../../kernel/plan.ts";
import type { Guard, KnownRemedies } from "../../kernel/types/index.ts";

/** The policy says how far the system may go here, by cluster, scenario and kind of remedy; the lowest wins. */
export const mode = (remedies: KnownRemedies): Guard => ({
  id: "mode",
  asks: "Does the policy let this be done here, and by whom?",
  rule({ policy, incident, remedy, undoing }) {
    const allowed = remedyMode(policy, incident, remedy.kind, remedies);
    // Taking back what was approved needs no second approval; a mode that was lowered meanwhile still holds.
    if (allowed === "auto" || (allowed === "approve" && undoing)) return allow;
    if (allowed === "approve") return ask(`${remedy.kind} on ${incident.cluster} needs a person's approval`);
    return deny(`the mode of ${remedy.kind} for ${incident.scenario} on ${incident.cluster} is ${allowed}`);
  },
});
