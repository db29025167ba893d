import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { parsePolicy } from "../../adapters/policy/parse.ts";
import { RemediatorStack } from "../../lib/stack.ts";
import type { Standing } from "./bill.ts";

/** What of the stack costs by the month, counted in its template: for one cluster, and the policy as shipped. */
export function standing(): Standing {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const policy = parsePolicy("clusters: { one: { region: us-east-1, eks: one } }", { file: "one cluster" });
  const template = Template.fromStack(new RemediatorStack(app, "remediator", { policy }));
  const count = (type: string) => Object.keys(template.findResources(type)).length;
  return {
    keys: count("AWS::KMS::Key"),
    secrets: count("AWS::SecretsManager::Secret"),
    alarms: count("AWS::CloudWatch::Alarm"),
    dashboards: count("AWS::CloudWatch::Dashboard"),
  };
}
