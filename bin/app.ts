import { existsSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { freezePolicy } from "../adapters/policy/frozen.ts";
import { loadPolicy, PolicyError, parsePolicy } from "../adapters/policy/parse.ts";
import { holdToRules } from "../lib/acknowledged.ts";
import { RemediatorStack } from "../lib/stack.ts";

const usual = "remediator.yaml";

/**
 * The CDK app. `-c policy=FILE` names the policy (else `remediator.yaml`, else the one that is shipped), `-c stack=NAME` the stack
 * where there are several, `-c accessEntries=false` leaves the clusters' access entries to others. Asks nobody anything: the same input gives
 * the same templates.
 */
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;

holdToRules(app);

try {
  const file = context("policy") ?? (existsSync(usual) ? usual : undefined);
  const policy = file ? loadPolicy(file) : parsePolicy("", { file: "the policy as shipped" });
  const clusters = Object.values(policy.clusters).map(({ eks: name, region }) => ({ name, region }));
  const accessEntries = context("accessEntries") !== "false";
  new RemediatorStack(app, context("stack") ?? "remediator", {
    policy: freezePolicy(policy),
    names: Object.keys(policy.clusters),
    clusters,
    accessEntries,
  });
} catch (error) {
  if (!(error instanceof PolicyError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
