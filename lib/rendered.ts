import { App, CfnParameter, Stack } from "aws-cdk-lib";
import { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { type CfnStateMachine, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import type { Definition } from "./definition.ts";
import { about, longestExecution, type WorkflowFunctions, workflow } from "./workflow.ts";

/**
 * The workflow's definition in the Amazon States Language, with `${DecideArn}` and so on in the functions' places. The same constructs as in
 * the stack make it, so it is what is deployed, but for these names.
 */
export function renderedWorkflow(): Definition {
  const stack = new Stack(new App(), "Rendered");
  const names = ["Decide", "Diagnose", "Ask", "Escalate", ...capabilities] as const;
  const functions = Object.fromEntries(
    names.map((name) => {
      const arn = new CfnParameter(stack, `${name}Arn`).valueAsString;
      return [name, Lambda.fromFunctionArn(stack, `${name}Function`, arn)];
    }),
  ) as unknown as WorkflowFunctions;
  const machine = new StateMachine(stack, "Workflow", {
    definitionBody: workflow(stack, functions, capabilities),
    comment: about,
    timeout: longestExecution,
  });
  const { definitionString } = machine.node.defaultChild as CfnStateMachine;
  return JSON.parse(textOf(stack.resolve(definitionString))) as Definition;
}

/** CloudFormation's own words as text: joins are joined, parameters get placeholders. */
function textOf(resolved: unknown): string {
  if (typeof resolved === "string") return resolved;
  if (typeof resolved === "object" && resolved !== null) {
    if ("Ref" in resolved) return resolved.Ref === "AWS::Partition" ? "aws" : `\${${String(resolved.Ref)}}`;
    if ("Fn::Join" in resolved) {
      const [by, parts] = resolved["Fn::Join"] as [string, readonly unknown[]];
      return parts.map(textOf).join(by);
    }
  }
  throw new TypeError(`this cannot be rendered: ${JSON.stringify(resolved)}`);
}
