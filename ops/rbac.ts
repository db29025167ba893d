import { groupOf, kebab, readers } from "../adapters/policy/groups.ts";
import type { Capability, Verb } from "../kernel/types/index.ts";
import { reads } from "../runbook/queries/permissions.ts";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { knownRemedies } from "../runbook/remedies/known.ts";

const rules = Object.values(knownRemedies);

/** What a capability does to the cluster, by the roster of remedies: its writes, and what it reads right before them. */
const verbsOf = (capability: Capability): readonly Verb[] => rules.filter(({ by }) => by === capability).flatMap(({ verbs }) => verbs);
/** Its writes, each once. */
export function writesOf(capability: Capability): readonly Verb[] {
  const writes = verbsOf(capability).filter(({ verb }) => verb !== "get" && verb !== "list");
  return [...new Map(writes.map((write) => [`${write.verb} ${write.resource}.${write.group}`, write])).values()];
}

/** A role and its binding for the reader, and for each capability: whose group reads as the reader does, because it looks again before it writes. */
export function rbac(): readonly object[] {
  return [
    ...grant("remediator-reader", [readers, ...capabilities.map(groupOf)], reads),
    ...capabilities.flatMap((each) => grant(`remediator-${kebab(each)}`, [groupOf(each)], verbsOf(each))),
  ];
}

function grant(name: string, groups: readonly string[], verbs: readonly Verb[]): readonly object[] {
  const apiGroup = "rbac.authorization.k8s.io";
  const of = { apiVersion: `${apiGroup}/v1`, metadata: { name, labels: { "app.kubernetes.io/part-of": "remediator" } } };
  return [
    { kind: "ClusterRole", ...of, rules: policyRules(verbs) },
    {
      kind: "ClusterRoleBinding",
      ...of,
      roleRef: { apiGroup, kind: "ClusterRole", name },
      subjects: groups.map((group) => ({ apiGroup, kind: "Group", name: group })),
    },
  ];
}

/** One rule for each API group and set of verbs, each resource once, in the order in which they were declared. */
function policyRules(verbs: readonly Verb[]): readonly object[] {
  const ofResource = Map.groupBy(verbs, ({ group, resource }) => `${group}/${resource}`);
  const rows = [...ofResource.values()].map((same) => ({
    group: same[0]?.group ?? "",
    resource: same[0]?.resource ?? "",
    verbs: [...new Set(same.map(({ verb }) => verb))],
  }));
  const alike = Map.groupBy(rows, (row) => `${row.group} ${row.verbs}`);
  return [...alike.values()].map((same) => ({
    apiGroups: [same[0]?.group ?? ""],
    resources: same.map(({ resource }) => resource),
    verbs: same[0]?.verbs ?? [],
  }));
}
