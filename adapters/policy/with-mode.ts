import { digest } from "../../kernel/digest.ts";
import { lowest } from "../../kernel/plan.ts";
import type { Mode, Policy } from "../../kernel/types/index.ts";

/** The policy for one cluster at this mode, and for any other at none above it. It is another policy then, and has another version. */
export function withMode({ version: _, ...policy }: Policy, cluster: string, mode: Mode): Policy {
  const changed = { ...policy, mode: { ...policy.mode, default: lowest(policy.mode.default, mode), clusters: { [cluster]: mode } } };
  return { ...changed, version: digest(changed) };
}
