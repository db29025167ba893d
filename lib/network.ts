import { Annotations } from "aws-cdk-lib";
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection, Vpc } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Network } from "../kernel/types/index.ts";

/** How a function is put into a network. */
export interface Attached {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** As the policy says it: nothing is looked up. Security groups are used as they are, without rules of ours. */
export function attached(scope: Construct, { vpc: vpcId, subnets, securityGroups, availabilityZones }: Network): Attached {
  const vpc = Vpc.fromVpcAttributes(scope, "Vpc", { vpcId, availabilityZones: [...availabilityZones], privateSubnetIds: [...subnets] });
  // Routes are their owner's: we ask for none.
  Annotations.of(vpc).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId");
  return {
    vpc,
    vpcSubnets: { subnets: vpc.privateSubnets },
    securityGroups: securityGroups.map((id) => SecurityGroup.fromSecurityGroupId(scope, id, id, { mutable: false })),
  };
}

const actions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * What Lambda does in the function's role to put it into a network (Lambda's guide, "Giving Lambda functions access to resources in an Amazon VPC"):
 * on all resources, for to describe them allows no less, and shared subnets are another account's. The function's own code is denied all of it.
 */
export const interfaceStatements = (functionArn: string): readonly PolicyStatement[] => [
  new PolicyStatement({ actions, resources: ["*"] }),
  new PolicyStatement({
    effect: Effect.DENY,
    actions,
    resources: ["*"],
    conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
  }),
];
