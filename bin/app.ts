import { existsSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { loadPolicy, PolicyError, parsePolicy } from "../adapters/policy/parse.ts";
import { accessStacks } from "../lib/access-stack.ts";
import { holdToRules } from "../lib/acknowledged.ts";
import { NameTooLong } from "../lib/names.ts";
import { RemediatorStack } from "../lib/stack.ts";

const usual = "remediator.yaml";
const hint = `there is no ${usual} here: the policy as shipped is used, which only observes and names no cluster; docs/examples/remediator.yaml is one to start from\n`;

/**
 * The CDK app. `-c policy=FILE` names the policy (else `remediator.yaml`, else the one that is shipped), `-c stack=NAME` the stack
 * where there are several, `-c accessEntries=false` leaves the clusters' access entries to others, and `-c savedQueries=false` the saved queries
 * out. Beside the stack itself there is one for each other account and region in which it makes access entries. Asks nobody anything: the same
 * input gives the same templates.
 */
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;

holdToRules(app);

try {
  const file = context("policy") ?? (existsSync(usual) ? usual : undefined);
  const policy = file ? loadPolicy(file) : parsePolicy("", { file: "the policy as shipped" });
  const accessEntries = context("accessEntries") !== "false";
  const savedQueries = context("savedQueries") !== "false";
  const env = policy.home ? { env: policy.home } : {};
  const main = new RemediatorStack(app, context("stack") ?? "remediator", { policy, accessEntries, savedQueries, ...env });
  if (accessEntries) accessStacks(app, main, policy);
  if (!file) process.stderr.write(hint);
} catch (error) {
  if (!(error instanceof PolicyError || error instanceof NameTooLong)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
