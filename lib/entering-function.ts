import { Aws, Stack } from "aws-cdk-lib";
import { ArnPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { inNetwork, otherAccount, roleThere } from "../adapters/policy/places.ts";
import { environment } from "../lambdas/contract.ts";
import { ContractFunction, type ContractFunctionProps } from "./function.ts";
import { functionName } from "./function-name.ts";
import { fitting } from "./names.ts";

/** Of regions' names the longest, for where the region is only known when the stack is deployed. */
const longestRegion = 14;

/**
 * What the role inside of a function is called (`id` as its name has it, with the network). Other accounts and regions name it before it is there, and
 * names of roles are an account's: so the region is a part of it. Throws `NameTooLong`.
 */
export function insideRoleName(stack: string, id: string, region: string): string {
  const begin = `${functionName(stack, id)}-inside-`;
  fitting("role", `${begin}<region>`, 64, begin.length + longestRegion);
  return `${begin}${region}`;
}

/**
 * A function that goes into clusters. It does so in a role of its own, which stands in the clusters' access entries and which only this function
 * may assume, under the incident's id as the session's name: so a cluster's audit log says for which incident something was done. That role may do
 * nothing on AWS, but to go on to the roles that the policy names in other accounts.
 */
export class EnteringFunction extends ContractFunction {
  readonly inside: Role;

  constructor(scope: Construct, id: string, props: ContractFunctionProps) {
    super(scope, id, props);
    const { on, network } = props;
    this.inside = new Role(this, "Inside", {
      roleName: insideRoleName(Stack.of(this).stackName, inNetwork(id, network?.name), Aws.REGION),
      assumedBy: new ArnPrincipal(this.role.roleArn),
      description: `Who ${id} is inside of clusters`,
    });
    this.role.addToPolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [this.inside.roleArn] }));
    this.lambda.addEnvironment(environment.inside, this.inside.roleArn);
    const there = on.reached.flatMap((place) => {
      const [account, resourceName] = [otherAccount(place, on.home), roleThere(place, id)];
      return account && resourceName
        ? [Stack.of(this).formatArn({ service: "iam", region: "", account, resource: "role", resourceName })]
        : [];
    });
    if (there.length > 0)
      this.inside.addToPolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [...new Set(there)].sort() }));
  }
}
