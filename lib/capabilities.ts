import { remedies } from "../runbook/remedies/index.ts";

/** A kind of hands: one state of the workflow, one function, one role. */
export type Capability = (typeof remedies)[keyof typeof remedies]["by"];

/** Those that the remedies' roster asks for, in its order. */
export const capabilities: readonly Capability[] = [...new Set(Object.values(remedies).map((rule) => rule.by))];
