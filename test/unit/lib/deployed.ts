import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { parsePolicy } from "../../../adapters/policy/parse.ts";
import type { Policy } from "../../../kernel/types/index.ts";
import { type RemediatorProps, RemediatorStack } from "../../../lib/stack.ts";

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
export type Resources = Readonly<Record<string, Resource>>;

const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { readonly context: Readonly<Record<string, unknown>> };

/** An app under the flags of `cdk.json`. The functions' code is not bundled. */
export const anApp = (): App => new App({ context: { ...context, "aws:cdk:bundling-stacks": [] } });

export interface Deploying extends Partial<RemediatorProps> {
  /** The stack's name. */
  readonly called?: string;
}
/** The stack's template; with the policy as shipped, if nothing else is said. */
export function deployed({ called = "remediator", policy = policyOf(""), ...props }: Deploying = {}): Template {
  return Template.fromStack(new RemediatorStack(anApp(), called, { policy, ...props }));
}
/** The policy that a text states. */
export const policyOf = (text: string): Policy => parsePolicy(text, { file: "remediator.yaml" });

export const resourcesOf = (template: Template): Resources => template.toJSON().Resources as Resources;
export const ofType = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(resourcesOf(template)).filter(([, { Type }]) => Type === type);

/** The only one of its type. */
export function only(template: Template, type: string): Resource {
  const [first, ...others] = ofType(template, type);
  if (!first || others.length > 0) throw new Error(`${type}: expected one, found ${others.length + (first ? 1 : 0)}`);
  return first[1];
}

/** CloudFormation's joins and references as text: parts that are only known there by their names. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) {
    if ("Fn::Join" in value) {
      const [by, parts] = value["Fn::Join"] as [string, readonly unknown[]];
      return parts.map(text).join(by);
    }
    if ("Fn::GetAtt" in value) return `\${${(value["Fn::GetAtt"] as readonly string[]).join(".")}}`;
    if ("Ref" in value) return `\${${String(value.Ref)}}`;
  }
  throw new TypeError(`this is no text: ${JSON.stringify(value)}`);
}
