import { ArnFormat, CfnOutput, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { inNetwork } from "../adapters/policy/places.ts";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { acknowledgeWildcard } from "./acknowledged.ts";
import { enteringIds, functionIds, functionName } from "./function-name.ts";
import type { Group } from "./functions.ts";
import type { Resources } from "./permissions.ts";

export interface PeopleProps {
  readonly on: Pick<Resources, "tables" | "archive" | "key" | "machineNames" | "tickets">;
  readonly groups: readonly Group[];
  readonly api: HttpApi;
  /** The name of the log group of all records. */
  readonly auditLog: string;
}

/** Who is asked how it sees a cluster. */
const probed: readonly string[] = ["Diagnose", "Escalate", ...capabilities];

const allow = (actions: readonly string[], resources: readonly string[], conditions = {}) =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], conditions });

/**
 * What people may do with the stack from their own machines, as policies to attach to whoever they are: none of them is attached here. Whoever has
 * one of them can look at incidents; tokens that wake executions are shown to none.
 */
export class People extends Construct {
  readonly #props: PeopleProps;

  constructor(scope: Construct, id: string, props: PeopleProps) {
    super(scope, id);
    this.#props = props;
    this.#policy("Approver", "Answers approvals, where the policy names them as an approver", this.#answers());
    this.#policy("Operator", "Stops and resumes, starts incidents by hand, and asks whether all is well", this.#operates());
    this.#policy("Auditor", "Reads records, evidence and the audit log, and changes nothing", this.#audits());
  }

  #policy(name: string, description: string, statements: readonly PolicyStatement[]): void {
    const policy = new ManagedPolicy(this, name, { description, statements: [...this.#looks(), ...statements] });
    this.#acknowledge(policy);
    new CfnOutput(this, `${name}Output`, { key: name, value: policy.managedPolicyArn });
  }

  /** To find the stack, and an incident in it. */
  #looks(): readonly PolicyStatement[] {
    const { tables, key } = this.#props.on;
    const reading = ["dynamodb:GetItem", "dynamodb:Query"];
    return [
      allow(["cloudformation:DescribeStacks"], [this.#arn("cloudformation", "stack", `${Stack.of(this).stackName}/*`)]),
      allow(["lambda:GetFunctionConfiguration"], [this.#function("Decide")]),
      allow(reading, [tables.records.tableArn, tables.people.tableArn]),
      allow(reading, [tables.state.tableArn], { "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["TOKEN#*"] } }),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("dynamodb")),
    ];
  }

  #answers(): readonly PolicyStatement[] {
    return [allow(["execute-api:Invoke"], [this.#arn("execute-api", this.#props.api.apiId, "*/POST/approvals/*")])];
  }

  #operates(): readonly PolicyStatement[] {
    const { tables, key, machineNames, tickets } = this.#props.on;
    const only = (key: string) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [key] } });
    return [
      // No answer of a person.
      allow(["dynamodb:PutItem"], [tables.people.tableArn], only("STOP")),
      // What counts towards breakers: no incident, no lease of one.
      allow(["dynamodb:PutItem"], [tables.state.tableArn], only("CLUSTER#*")),
      allow(["kms:Encrypt", "kms:GenerateDataKey"], [key.keyArn], this.#via("dynamodb")),
      allow(
        ["states:StartExecution"],
        machineNames.map((name) => this.#colon("states", "stateMachine", name)),
      ),
      allow(
        ["states:DescribeExecution"],
        machineNames.map((name) => this.#colon("states", "execution", `${name}:*`)),
      ),
      allow(["lambda:PutFunctionConcurrency", "lambda:GetFunctionConcurrency"], this.#everywhere(capabilities)),
      // Decide is everybody's to look at.
      allow(["lambda:GetFunctionConfiguration"], this.#everywhere(functionIds.filter((name) => name !== "Decide"))),
      allow(["lambda:InvokeFunction"], this.#everywhere(probed)),
      allow(["sns:ListSubscriptionsByTopic"], [tickets.topicArn]),
      allow(["lambda:GetAccountSettings", "lambda:ListFunctions", "eks:DescribeCluster"], ["*"]),
    ];
  }

  #audits(): readonly PolicyStatement[] {
    const { archive, key } = this.#props.on;
    const log = this.#colon("logs", "log-group", this.#props.auditLog);
    return [
      allow(["s3:GetObject"], [archive.arnForObjects("*")]),
      allow(["s3:ListBucket"], [archive.bucketArn]),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("s3")),
      allow(["logs:StartQuery", "logs:FilterLogEvents", "logs:GetLogEvents"], [log, `${log}:*`]),
      allow(["logs:GetQueryResults", "logs:StopQuery"], ["*"]),
    ];
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service, resource, resourceName });
  }

  #colon(service: string, resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  #function(name: string): string {
    return this.#colon("lambda", "function", functionName(Stack.of(this).stackName, name));
  }

  /** Those of a name, outside of networks and in each. */
  #everywhere(names: readonly string[]): readonly string[] {
    return this.#props.groups.flatMap(({ network }) =>
      names.filter((name) => network === undefined || enteringIds.includes(name)).map((name) => this.#function(inNetwork(name, network))),
    );
  }

  #via(service: string) {
    const { region, urlSuffix } = Stack.of(this);
    return { StringEquals: { "kms:ViaService": `${service}.${region}.${urlSuffix}` } };
  }

  #acknowledge(policy: ManagedPolicy): void {
    const { archive, machineNames } = this.#props.on;
    const { stackName } = Stack.of(this);
    const wildcards: readonly (readonly [string, string])[] = [
      [this.#arn("cloudformation", "stack", `${stackName}/*`), "A stack's ARN ends in an id that is new at each creation"],
      [this.#arn("execute-api", this.#props.api.apiId, "*/POST/approvals/*"), "Each incident is a path of its own"],
      ...machineNames.map(
        (name) => [this.#colon("states", "execution", `${name}:*`), "Executions are named anew each; they are only looked at"] as const,
      ),
      [archive.arnForObjects("*"), "The archive names its objects by their content: which they will be is not known before"],
      [`${this.#colon("logs", "log-group", this.#props.auditLog)}:*`, "The streams of one log group"],
      ["*", "Results of queries, settings and lists of the account have no resource to name; all are only looked at"],
    ];
    for (const [resource, reason] of wildcards) acknowledgeWildcard(policy, resource, reason);
  }
}
