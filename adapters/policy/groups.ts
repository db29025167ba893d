import type { Capability } from "../../kernel/types/index.ts";

/** The groups that Kubernetes' roles are bound to, and access entries put functions in: whose members may read, and nothing else. */
export const readers = "remediator:reader";
/** `EvictWorkload` as names in Kubernetes have it. */
export const kebab = (capability: Capability): string => capability.replace(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();
/** The group of a capability. */
export const groupOf = (capability: Capability): string => `remediator:${kebab(capability)}`;
