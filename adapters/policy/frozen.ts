import { digest } from "../../kernel/digest.ts";
import type { Policy } from "../../kernel/types/index.ts";

/** The policy as it travels with a function: read and checked once, when it was deployed. Small to load, unlike YAML and its schema. */
export const freezePolicy = (policy: Policy): string => JSON.stringify(policy);

/** Throws where the text is not what `freezePolicy` wrote: a policy that was changed on the way has no effect. */
export function thawPolicy(text: string): Policy {
  const { version, ...rest } = JSON.parse(text) as Policy;
  if (digest(rest) !== version) throw new TypeError("the policy is not the one that was checked: its version does not fit");
  return { ...rest, version };
}
