import { CfnOutput, Stack } from "aws-cdk-lib";
import { ManagedPolicy, type PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { acknowledgeWildcard } from "./acknowledged.ts";
import { Arns, type PeopleProps } from "./people-arns.ts";
import { Rights } from "./people-rights.ts";

/**
 * What people may do with the stack from their own machines, as policies to attach to whoever they are: none of them is attached here. Whoever has
 * one of the first three can look at incidents; tokens that wake executions are shown to none.
 */
export class People extends Construct {
  readonly #rights: Rights;
  readonly #arns: Arns;

  constructor(scope: Construct, id: string, props: PeopleProps) {
    super(scope, id);
    const rights = new Rights(Stack.of(this), props);
    this.#rights = rights;
    this.#arns = new Arns(Stack.of(this), props);
    const looks = rights.looks();
    this.#policy("Approver", "Answers approvals, where the policy names them as an approver", [...looks, ...rights.answers()]);
    this.#policy("Operator", "Stops and resumes, starts incidents by hand, and asks whether all is well", [...looks, ...rights.operates()]);
    this.#policy("Auditor", "Reads records, evidence and the audit log, and changes nothing", [...looks, ...rights.audits()]);
    this.#policy("Senders", "Gives out and takes away the tokens that alerts are sent with", rights.letsSend());
  }

  #policy(name: string, description: string, statements: readonly PolicyStatement[]): void {
    const policy = new ManagedPolicy(this, name, { description, statements: [...this.#rights.finds(), ...statements] });
    for (const [resource, reason] of this.#arns.wildcards()) acknowledgeWildcard(policy, resource, reason);
    new CfnOutput(this, `${name}Output`, { key: name, value: policy.managedPolicyArn });
  }
}
