import { Aws, CfnCondition, Fn } from "aws-cdk-lib";
import { CfnAccessEntry } from "aws-cdk-lib/aws-eks";
import { Construct } from "constructs";
import { groupOf, readers } from "../adapters/policy/groups.ts";
import { otherAccount } from "../adapters/policy/places.ts";
import type { Capability, ClusterPlace, Policy } from "../kernel/types/index.ts";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import type { Entering, Group } from "./functions.ts";

/** In which groups each function is. A writer looks again at everything before it writes. */
export const groupsOf: Readonly<Record<keyof Entering, readonly string[]>> = {
  Diagnose: [readers],
  Escalate: [readers],
  Patrol: [readers],
  ...(Object.fromEntries(capabilities.map((capability) => [capability, [readers, groupOf(capability)]])) as Record<Capability, string[]>),
};
export const entering = Object.keys(groupsOf) as readonly (keyof Entering)[];

/** A cluster's entries for the functions, by the ARN of who each is inside. What a group may do is Kubernetes' to say; no access policy of AWS is given. */
export function accessEntries(scope: Construct, clusterName: string, who: (name: keyof Entering) => string): readonly CfnAccessEntry[] {
  return entering.map(
    (name) => new CfnAccessEntry(scope, name, { clusterName, principalArn: who(name), kubernetesGroups: [...groupsOf[name]] }),
  );
}

/** The clusters whose entries the stack makes itself: of its own account and region. Where the policy does not say which region that is, all of its account. */
export const atHome = (policy: Policy): readonly ClusterPlace[] =>
  Object.values(policy.clusters).filter(
    (place) =>
      place.access.entries === "made" &&
      otherAccount(place, policy.home) === undefined &&
      place.region === (policy.home?.region ?? place.region),
  );

/** Lets the functions into the clusters of this account and region. An entry is of its cluster's region: elsewhere the stacks of `AccessStack` make it. */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, policy: Policy, groups: readonly Group[]) {
    super(scope, id);
    for (const { eks, region, network } of atHome(policy)) {
      const functions = groups.find((group) => group.network === network)?.functions;
      if (!functions) throw new TypeError(`no function goes to ${eks}`);
      const entries = accessEntries(new Construct(this, `${region}-${eks}`), eks, (name) => functions[name].inside.roleArn);
      if (!policy.home) for (const entry of entries) entry.cfnOptions.condition = this.#here(region);
    }
  }

  /** Where the policy does not say where the stack is, only its deployment knows. */
  #here(region: string): CfnCondition {
    const id = `IsHere-${region}`;
    const made = this.node.tryFindChild(id) as CfnCondition | undefined;
    return made ?? new CfnCondition(this, id, { expression: Fn.conditionEquals(Aws.REGION, region) });
  }
}
