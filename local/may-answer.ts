import { withApprovers } from "../adapters/policy/with-approvers.ts";
import { remedyMode } from "../kernel/plan.ts";
import { type Kind, type Policy, scenarioIds } from "../kernel/types/index.ts";
import { mayAnswer } from "../lambdas/answer/handler.ts";
import { knownRemedies } from "../runbook/remedies/known.ts";
import { type Approver, localUser } from "./approver.ts";
import { UsageError } from "./commands/mistakes.ts";

const kinds = Object.keys(knownRemedies) as readonly Kind[];

/** Whether anything in this cluster may come to wait for a person. */
export const mayAsk = (policy: Policy, cluster: string): boolean =>
  scenarioIds.some((scenario) => kinds.some((kind) => remedyMode(policy, { cluster, scenario }, kind, knownRemedies) === "approve"));

/** Names of users on one machine; those of AWS answer elsewhere. */
const isLocal = (approver: string): boolean =>
  approver.startsWith("terminal:") || (approver.endsWith("*") && "terminal:".startsWith(approver.slice(0, -1)));

/**
 * Sees that an approval can be answered before one waits for it. Where the policy names nobody at all, whoever started this with --yes or sits at
 * its terminal may: the cluster's credentials are theirs, and so was the word to go so far. Throws `UsageError` where nobody could ever answer.
 */
export function answerable(policy: Policy, cluster: string, approver: Approver): { readonly policy: Policy; readonly approver: Approver } {
  const me = localUser();
  if (!mayAsk(policy, cluster) || approver.by === "practice") return { policy, approver };
  const asksMe = approver.by === "yes" || approver.by === "terminal";
  if (asksMe && policy.approvers.length === 0) return { policy: withApprovers(policy, [me]), approver };
  if (asksMe && mayAnswer(me, policy)) return { policy, approver };
  const add = `add it to approvers in the policy (--policy), as in \`approvers: ["${me}"]\`, or let this only observe (--mode observe)`;
  if (approver.by === "yes") throw new UsageError(`--yes would answer as ${me}, who is not among the policy's approvers: ${add}`);
  if (!policy.approvers.some(isLocal))
    throw new UsageError(
      `an approval could be answered by nobody on this machine, for no terminal:USER is among the policy's approvers: ${add}`,
    );
  return { policy, approver: { by: "nobody" } };
}
