import type { Capability } from "../../kernel/types/index.ts";
import { knownRemedies } from "./known.ts";

/** Kinds of hands, in the order of the remedies' roster: for each one state of the workflow, one function, one role, one group in the cluster. */
export const capabilities: readonly Capability[] = [...new Set(Object.values(knownRemedies).map(({ by }) => by))];
