import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { parsePolicy } from "../../adapters/policy/parse.ts";
import { RemediatorStack } from "../../lib/stack.ts";
import type { Standing } from "./bill.ts";

/** What of the stack costs by the month, counted in its template: for one cluster, and the policy as shipped. */
export function standing(): Standing {
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { readonly context: Readonly<Record<string, unknown>> };
  const app = new App({ context: { ...context, "aws:cdk:bundling-stacks": [] } });
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
