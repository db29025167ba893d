import type { Verb } from "../../kernel/types/index.ts";

/** A patch needs no update, and a writer reads what it is about to write, and nothing else. */
export const getAndPatch = (group: string, resource: string): readonly [Verb, Verb] => [
  { group, resource, verb: "get" },
  { group, resource, verb: "patch" },
];
