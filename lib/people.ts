import { ArnFormat, type CfnElement, CfnOutput, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { acknowledgeWildcard } from "./acknowledged.ts";
import { capabilities } from "./capabilities.ts";
import { functionIds, functionName } from "./function-name.ts";
import type { Resources } from "./permissions.ts";

export interface PeopleProps {
  readonly on: Pick<Resources, "tables" | "archive" | "key" | "machineName" | "tickets">;
  readonly api: HttpApi;
  /** The name of the log group of all records. */
  readonly auditLog: string;
}

/** Our functions that say how they are, when they are asked. */
const probed = ["Diagnose", "Escalate", ...capabilities];

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
      allow(reading, [tables.records.tableArn]),
      allow(reading, [tables.state.tableArn], { "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["TOKEN#*"] } }),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("dynamodb")),
    ];
  }

  #answers(): readonly PolicyStatement[] {
    return [allow(["execute-api:Invoke"], [this.#arn("execute-api", this.#props.api.apiId, "*/POST/approvals/*")])];
  }

  #operates(): readonly PolicyStatement[] {
    const { tables, key, machineName, tickets } = this.#props.on;
    // Switches, and what counts towards breakers: no incident, no lease of one.
    const switches = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["STOP", "CLUSTER#*"] } };
    return [
      allow(["dynamodb:PutItem"], [tables.state.tableArn], switches),
      allow(["kms:Encrypt", "kms:GenerateDataKey"], [key.keyArn], this.#via("dynamodb")),
      allow(["states:StartExecution"], [this.#colon("states", "stateMachine", machineName)]),
      allow(["states:DescribeExecution"], [this.#colon("states", "execution", `${machineName}:*`)]),
      allow(
        ["lambda:PutFunctionConcurrency"],
        capabilities.map((name) => this.#function(name)),
      ),
      allow(
        ["lambda:GetFunctionConcurrency"],
        capabilities.map((name) => this.#function(name)),
      ),
      // Decide is everybody's to look at.
      allow(
        ["lambda:GetFunctionConfiguration"],
        functionIds.filter((name) => name !== "Decide").map((name) => this.#function(name)),
      ),
      allow(
        ["lambda:InvokeFunction"],
        probed.map((name) => this.#function(name)),
      ),
      allow(["sns:ListSubscriptionsByTopic"], [tickets.topicArn]),
      allow(["lambda:GetAccountSettings"], ["*"]),
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

  #via(service: string) {
    const { region, urlSuffix } = Stack.of(this);
    return { StringEquals: { "kms:ViaService": `${service}.${region}.${urlSuffix}` } };
  }

  #acknowledge(policy: ManagedPolicy): void {
    const { archive, machineName } = this.#props.on;
    const { stackName } = Stack.of(this);
    const logical = (of: Construct) => Stack.of(this).getLogicalId(of.node.defaultChild as CfnElement);
    const here = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;
    acknowledgeWildcard(
      policy,
      `${here("cloudformation")}:stack/${stackName}/*`,
      "A stack's ARN ends in an id that is new at each creation",
    );
    acknowledgeWildcard(
      policy,
      `${here("execute-api")}:<${logical(this.#props.api)}>/*/POST/approvals/*`,
      "Each incident is a path of its own",
    );
    acknowledgeWildcard(policy, `${here("states")}:execution:${machineName}:*`, "Executions are named anew each; they are only looked at");
    acknowledgeWildcard(
      policy,
      `<${logical(archive)}.Arn>/*`,
      "The archive names its objects by their content: which they will be is not known before",
    );
    acknowledgeWildcard(policy, `${here("logs")}:log-group:${this.#props.auditLog}:*`, "The streams of one log group");
    acknowledgeWildcard(policy, "*", "Results of queries and settings of the account have no resource to name; both are only looked at");
  }
}
