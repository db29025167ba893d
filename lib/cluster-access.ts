import { Aws, CfnCondition, Fn } from "aws-cdk-lib";
import { CfnAccessEntry } from "aws-cdk-lib/aws-eks";
import { Construct } from "constructs";
import { type Capability, capabilities } from "./capabilities.ts";
import type { ContractFunction } from "./function.ts";
import type { Functions } from "./functions.ts";
import type { EksCluster } from "./permissions.ts";

/** The group that Kubernetes' roles are bound to: of the reader, and of each capability. */
export const readers = "remediator:reader";
export const groupOf = (capability: Capability): string => `remediator:${capability.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`;

/**
 * Lets the functions' roles into the clusters of this account, each in its groups. What a group may do is Kubernetes' to say; no access policy
 * of AWS is given. An entry is of its cluster's region: those of another are made by the stack there.
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, clusters: readonly EksCluster[], functions: Functions) {
    super(scope, id);
    for (const { name: clusterName, region } of clusters) {
      const within = new Construct(this, `${region}-${clusterName}`);
      const here = new CfnCondition(within, "IsHere", { expression: Fn.conditionEquals(Aws.REGION, region) });
      const admit = (name: string, { role }: ContractFunction, groups: readonly string[]) => {
        const entry = new CfnAccessEntry(within, name, { clusterName, principalArn: role.roleArn, kubernetesGroups: [...groups] });
        entry.cfnOptions.condition = here;
      };
      admit("Diagnose", functions.Diagnose, [readers]);
      admit("Escalate", functions.Escalate, [readers]);
      admit("Patrol", functions.Patrol, [readers]);
      // A writer looks again at everything before it writes.
      for (const capability of capabilities) admit(capability, functions[capability], [readers, groupOf(capability)]);
    }
  }
}
