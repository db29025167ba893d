import { type App, type CfnElement, Stack, Validations } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

/** Holds the app to the rules of AWS Solutions, at every synth: what is not acknowledged with a reason is an error, and nothing is deployed. */
export const holdToRules = (app: App): void => Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** What a rule says of a construct, and why it is right all the same. */
export const acknowledge = (of: IConstruct, rule: string, reason: string): void =>
  Validations.of(of).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });

/** Of a wildcard in a resource that a role may use, as the rule writes it: references in angle brackets. */
export const acknowledgeWildcard = (of: IConstruct, resource: string, reason: string): void =>
  acknowledge(of, `IAM5[Resource::${resource}]`, reason);

/** Whoever may call a function may call its versions: CDK grants both. */
export function acknowledgeVersions(of: IConstruct, called: readonly IFunction[]): void {
  for (const lambda of called) {
    const id = Stack.of(of).getLogicalId(lambda.node.defaultChild as CfnElement);
    acknowledgeWildcard(of, `<${id}.Arn>:*`, "Versions of our own function, which is called itself");
  }
}
