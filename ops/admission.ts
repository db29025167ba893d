import { groupOf, kebab, readers } from "../adapters/policy/groups.ts";
import type { Capability } from "../kernel/types/index.ts";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { cel, fieldRules } from "./admission-fields.ts";
import type { Installed } from "./installed.ts";
import { writesOf } from "./rbac.ts";

/**
 * Policies and bindings that hold the groups to what their remedies do: beside RBAC, which knows verbs and no fields, and also where somebody
 * grants them more (but for policies, which Kubernetes lets no policy guard).
 */
export function admission(to: Installed): readonly object[] {
  return [...verbs(), ...capabilities.flatMap((capability) => fields(capability, to))];
}

const isOneOf = (groups: readonly string[]) => ({
  name: "is-ours",
  expression: `has(request.userInfo.groups) && request.userInfo.groups.exists(group, group in ${cel(groups)})`,
});
const operations = { create: "CREATE", patch: "UPDATE", get: "", list: "" } as const;

/** Each group does its own writes, and no other; who is in the reader's only, none. Questions about one's own rights are not writes. */
function verbs(): readonly object[] {
  const writers = capabilities.map(groupOf);
  const isWriter = `request.userInfo.groups.exists(group, group in ${cel(writers)})`;
  const allowed = (capability: Capability) =>
    writesOf(capability).map(({ verb, resource, group }) => `${operations[verb]} ${resource}.${group}`);
  const rule = (group: string, holds: string) => ({
    expression: holds,
    messageExpression: `${cel(`${group} may not `)} + variables.does`,
    reason: "Forbidden",
  });
  return policy("remediator-verbs", {
    matchConstraints: {
      resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }],
    },
    matchConditions: [
      isOneOf([readers, ...writers]),
      { name: "is-no-question", expression: `!(request.resource.group in ${cel(["authentication.k8s.io", "authorization.k8s.io"])})` },
    ],
    variables: [
      { name: "sub", expression: 'has(request.subResource) && request.subResource != "" ? "/" + request.subResource : ""' },
      { name: "does", expression: 'request.operation + " " + request.resource.resource + variables.sub + "." + request.resource.group' },
    ],
    validations: [
      rule(readers, isWriter),
      ...capabilities.map((capability) => {
        const group = groupOf(capability);
        return rule(group, `!(${cel(group)} in request.userInfo.groups) || variables.does in ${cel(allowed(capability))}`);
      }),
    ],
  });
}

/** Of what a capability may write, only the fields that its remedies are about, and nothing where nobody is to write. */
function fields(capability: Capability, to: Installed): readonly object[] {
  const byGroup = Map.groupBy(writesOf(capability), ({ group }) => group);
  const { variables, validations } = fieldRules(capability, to);
  return policy(`remediator-${kebab(capability)}`, {
    matchConstraints: {
      resourceRules: [...byGroup].map(([group, writes]) => ({
        apiGroups: [group],
        apiVersions: ["*"],
        operations: [...new Set(writes.map(({ verb }) => operations[verb]))],
        resources: writes.map(({ resource }) => resource),
      })),
    },
    matchConditions: [isOneOf([groupOf(capability)])],
    variables,
    validations: validations.map(({ expression, says }) => ({
      expression,
      message: `${groupOf(capability)}: ${says}`,
      reason: "Forbidden",
    })),
  });
}

function policy(name: string, spec: object): readonly object[] {
  const of = {
    apiVersion: "admissionregistration.k8s.io/v1",
    metadata: { name, labels: { "app.kubernetes.io/part-of": "remediator" } },
  };
  return [
    { kind: "ValidatingAdmissionPolicy", ...of, spec: { failurePolicy: "Fail", ...spec } },
    { kind: "ValidatingAdmissionPolicyBinding", ...of, spec: { policyName: name, validationActions: ["Deny", "Audit"] } },
  ];
}
