import { digest } from "../../kernel/digest.ts";
import type { Policy } from "../../kernel/types/index.ts";

/** The policy with others who may answer approvals. It is another policy then, and has another version. */
export function withApprovers({ version: _, ...policy }: Policy, approvers: readonly string[]): Policy {
  const changed = { ...policy, approvers };
  return { ...changed, version: digest(changed) };
}
