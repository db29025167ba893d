import { type App, Stack, Validations } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

/** Holds the app to the rules of AWS Solutions, at every synth: what is not acknowledged with a reason is an error, and nothing is deployed. */
export const holdToRules = (app: App): void => Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** What a rule says of a construct, and why it is right all the same. */
export const acknowledge = (of: IConstruct, rule: string, reason: string): void =>
  Validations.of(of).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });

/** That a role may use resources with a wildcard in their name. What a role does not have, the rule does not speak of. */
export const acknowledgeWildcard = (of: IConstruct, resource: string, reason: string): void =>
  acknowledge(of, `IAM5[Resource::${asRule(Stack.of(of).resolve(resource))}]`, reason);

/** Whoever may call a function may call its versions: CDK grants both. */
export function acknowledgeVersions(of: IConstruct, called: readonly IFunction[]): void {
  for (const { functionArn } of called) acknowledgeWildcard(of, `${functionArn}:*`, "Versions of our own function, which is called itself");
}

/** References in angle brackets, as the rule writes them. */
function asRule(resolved: unknown): string {
  if (typeof resolved === "string") return resolved;
  if (typeof resolved === "object" && resolved !== null) {
    if ("Ref" in resolved) return `<${String(resolved.Ref)}>`;
    if ("Fn::GetAtt" in resolved) return `<${(resolved["Fn::GetAtt"] as readonly string[]).join(".")}>`;
    if ("Fn::Join" in resolved) {
      const [by, parts] = resolved["Fn::Join"] as [string, readonly unknown[]];
      return parts.map(asRule).join(by);
    }
  }
  throw new TypeError(`this cannot be told as the rule would: ${JSON.stringify(resolved)}`);
}
