import { CustomResource, Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { ContractFunction } from "./function.ts";

/** The stop switches of all and of each cluster of the policy, there from the first deployment on: without them nothing is ever written. */
export class StopSwitches extends Construct {
  constructor(scope: Construct, id: string, { lambda }: ContractFunction, clusters: readonly string[]) {
    super(scope, id);
    new CustomResource(this, "Provided", {
      resourceType: "Custom::StopSwitches",
      serviceToken: lambda.functionArn,
      serviceTimeout: Duration.minutes(2),
      properties: { clusters: [...clusters].sort() },
    });
  }
}
