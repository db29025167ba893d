import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as z from "zod/mini";
import { groupOf } from "../../../adapters/policy/groups.ts";
import { manifests } from "../../../ops/generate.ts";
import { reads } from "../../../runbook/queries/permissions.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { asked, preserved, textOf, verbOf } from "../../support/asked.ts";

const texts = (verbs: Parameters<typeof textOf>[0][]) => [...new Set(verbs.map(textOf))].sort();
const role = z.object({
  kind: z.literal("ClusterRole"),
  metadata: z.object({ name: z.string() }),
  rules: z.array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) })),
});
const binding = z.object({
  kind: z.literal("ClusterRoleBinding"),
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })),
});
const objects = parseAllDocuments(manifests()["rbac.yaml"] ?? "").flatMap((document) => document.toJS() ?? []);
const parsedBy = <T>(schema: z.core.$ZodType<T>) => objects.flatMap((each) => z.safeParse(schema, each).data ?? []);
/** What a group may do, through all of its bindings. */
const rightsOf = (group: string): readonly string[] => {
  const names = parsedBy(binding).flatMap(({ subjects, roleRef }) => (subjects.some(({ name }) => name === group) ? [roleRef.name] : []));
  const rules = parsedBy(role).flatMap(({ metadata, rules: own }) => (names.includes(metadata.name) ? own : []));
  const rights = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((inGroup) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${inGroup}`))),
  );
  return [...new Set(rights)].sort();
};

describe("the reader's rights", () => {
  test("are exactly what the queries ask", () => expect(texts([...reads])).toEqual(texts(asked.map(verbOf))));

  test("are enough for what the remedies keep", () => {
    expect(preserved.length).toBeGreaterThan(5);
    expect(texts([...reads])).toEqual(expect.arrayContaining(texts(preserved.map(verbOf))));
  });

  test("are what its role grants, and nothing else", () => expect(rightsOf("remediator:reader")).toEqual(texts([...reads])));
});

describe("a capability's rights", () => {
  // Written by hand: a new remedy is seen here.
  const writes = {
    "remediator:evict-workload": ["create pods/eviction."],
    "remediator:rollout-workload": ["patch daemonsets.apps", "patch deployments.apps", "patch statefulsets.apps"],
    "remediator:label-namespace": ["patch namespaces."],
  };
  test("there is a group for each", () => expect(capabilities.map(groupOf).sort()).toEqual(Object.keys(writes).sort()));

  test.each(Object.entries(writes))("%s may do %j beside reading", (group, own) => {
    expect(rightsOf(group)).toEqual([...texts([...reads]), ...own].sort());
  });
});

test("no role reaches secrets, runs commands, or names everything", () => {
  const all = ["remediator:reader", ...capabilities.map(groupOf)].flatMap(rightsOf);
  expect(
    all.filter((right) => /secrets|exec|attach|portforward|proxy|token|\*|impersonate|escalate|bind|delete|update|watch/.test(right)),
  ).toEqual([]);
});
