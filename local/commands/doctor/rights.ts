import type { Right } from "../../../adapters/kubernetes/review.ts";
import type { Capability, Verb } from "../../../kernel/types/index.ts";
import { reads } from "../../../runbook/queries/permissions.ts";
import { remedies } from "../../../runbook/remedies/index.ts";

/** What goes by a capability: everything that its remedies declare. */
const verbsOf = (capability: Capability | undefined): readonly Verb[] =>
  Object.values(remedies)
    .filter(({ by }) => by === capability)
    .flatMap(({ verbs }) => verbs);
const writes: readonly Verb[] = Object.values(remedies)
  .flatMap(({ verbs }) => verbs)
  .filter(({ verb }) => verb !== "get" && verb !== "list");

/** Nobody of ours ever may. */
const never: readonly Right[] = [
  { group: "", resource: "secrets", verb: "get" },
  { group: "", resource: "secrets", verb: "list" },
  { group: "", resource: "pods/exec", verb: "create" },
];

export const named = ({ group, resource, verb }: Right): string => `${verb} ${resource}${group ? `.${group}` : ""}`;
const each = (rights: readonly Right[]): readonly Right[] => [
  ...new Map(rights.map(({ group, resource, verb }) => [named({ group, resource, verb }), { group, resource, verb }])).values(),
];

export interface Rights {
  readonly may: readonly Right[];
  readonly mayNot: readonly Right[];
}

/** Of the reader, or of a capability, which reads as the reader does; by the rosters, as the roles in `ops/` are. */
export function rightsOf(capability?: Capability): Rights {
  const may = each([...reads, ...verbsOf(capability)]);
  const has = new Set(may.map(named));
  return { may, mayNot: each([...never, ...writes]).filter((right) => !has.has(named(right))) };
}

/** Of whoever types: what reading takes. */
export const ownRights = (): Rights => ({ may: each(reads), mayNot: [] });
/** What all capabilities together write. */
export const allWrites = (): readonly Right[] => each(writes);
