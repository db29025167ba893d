import { ArnFormat, type Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { inNetwork } from "../adapters/policy/places.ts";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { enteringIds, functionName } from "./function-name.ts";
import { functionsId, type Group } from "./functions.ts";
import type { Ingress } from "./ingress.ts";
import type { Resources } from "./permissions.ts";

export interface PeopleProps {
  readonly on: Pick<Resources, "tables" | "archive" | "key" | "machineNames" | "tickets" | "tokens" | "auditLog" | "deadLetters">;
  readonly groups: readonly Group[];
  readonly ingress: Pick<Ingress, "api" | "accessLog">;
}

/** Who is asked how it sees a cluster. */
const probed: readonly string[] = ["Diagnose", "Escalate", ...capabilities];

const allow = (actions: readonly string[], resources: readonly string[], conditions = {}) =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], conditions });

/** What people may do with a stack, in statements; and the wildcards in these, each with why it is right. */
export class Rights {
  readonly #stack: Stack;
  readonly #props: PeopleProps;

  constructor(stack: Stack, props: PeopleProps) {
    this.#stack = stack;
    this.#props = props;
  }

  /** To find the stack by its name. */
  finds(): readonly PolicyStatement[] {
    return [allow(["cloudformation:DescribeStacks"], [this.#arn("cloudformation", "stack", `${this.#stack.stackName}/*`)])];
  }

  /** To look at incidents. */
  looks(): readonly PolicyStatement[] {
    const { tables, key } = this.#props.on;
    const reading = ["dynamodb:GetItem", "dynamodb:Query"];
    return [
      allow(["lambda:GetFunctionConfiguration"], [this.#function("Decide")]),
      allow(reading, [tables.records.tableArn, tables.people.tableArn]),
      allow(reading, [tables.state.tableArn], { "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["TOKEN#*"] } }),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("dynamodb")),
    ];
  }

  answers(): readonly PolicyStatement[] {
    return [allow(["execute-api:Invoke"], [this.#approvals()])];
  }

  operates(): readonly PolicyStatement[] {
    const { tables, key, machineNames, tickets, deadLetters } = this.#props.on;
    const only = (key: string) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [key] } });
    const machines = machineNames.map((name) => this.#colon("states", "stateMachine", name));
    return [
      // No answer of a person.
      allow(["dynamodb:PutItem"], [tables.people.tableArn], only("STOP")),
      // What counts towards breakers: no incident, no lease of one.
      allow(["dynamodb:PutItem"], [tables.state.tableArn], only("CLUSTER#*")),
      allow(["kms:Encrypt", "kms:GenerateDataKey"], [key.keyArn], this.#via("dynamodb")),
      // Not their history: what an Ask was given has the token that wakes it.
      allow(["states:StartExecution", "states:ListExecutions"], machines),
      allow(["states:DescribeExecution"], machineNames.map(this.#executions)),
      allow(["lambda:PutFunctionConcurrency", "lambda:GetFunctionConcurrency"], this.#everywhere(capabilities)),
      allow(["lambda:GetFunctionConfiguration"], [this.#function("*")]),
      allow(["lambda:InvokeFunction"], this.#everywhere(probed)),
      allow(["sns:ListSubscriptionsByTopic"], [tickets.topicArn]),
      allow(["sqs:GetQueueAttributes"], [deadLetters.queueArn]),
      allow(
        [
          ...["lambda:GetAccountSettings", "lambda:ListFunctions", "lambda:ListEventSourceMappings"],
          ...["eks:DescribeCluster", "scheduler:ListSchedules"],
        ],
        ["*"],
      ),
    ];
  }

  audits(): readonly PolicyStatement[] {
    const { on, ingress } = this.#props;
    const { archive, key, auditLog } = on;
    const logs = [auditLog.logGroupArn, ingress.accessLog.logGroupArn, this.#logs()];
    return [
      allow(["s3:GetObject"], [archive.arnForObjects("*")]),
      allow(["s3:ListBucket"], [archive.bucketArn]),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("s3")),
      allow(["logs:StartQuery", "logs:FilterLogEvents", "logs:GetLogEvents"], logs),
      allow(["cloudwatch:GetDashboard"], [this.#dashboard()]),
      allow(["cloudwatch:DescribeAlarms"], [this.#alarms()]),
      allow(
        [
          ...["logs:GetQueryResults", "logs:StopQuery", "logs:DescribeQueryDefinitions", "logs:DescribeLogGroups"],
          ...["cloudwatch:ListDashboards", "cloudwatch:GetMetricData"],
        ],
        ["*"],
      ),
    ];
  }

  /** Whoever may do this lets anybody send alerts of any cluster. What is read are digests, which open nothing. */
  letsSend(): readonly PolicyStatement[] {
    const { tokens, key } = this.#props.on;
    const actions = ["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"];
    return [
      allow(
        actions.map((action) => `secretsmanager:${action}`),
        [tokens.secretArn],
      ),
      allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.keyArn], this.#via("secretsmanager")),
    ];
  }

  wildcards(): readonly (readonly [resource: string, reason: string])[] {
    const { archive, machineNames } = this.#props.on;
    return [
      [this.#arn("cloudformation", "stack", `${this.#stack.stackName}/*`), "A stack's ARN ends in an id that is new at each creation"],
      [this.#approvals(), "Each incident is a path of its own"],
      ...machineNames.map((name) => [this.#executions(name), "Executions are named anew each; they are only looked at"] as const),
      [archive.arnForObjects("*"), "The archive names its objects by their content: which they will be is not known before"],
      ...enteringIds.map((name) => [this.#function(inNetwork(name, "*")), "The same function, in each network of the policy"] as const),
      [
        this.#function("*"),
        "Our functions, which are called after the stack, and those of a stack whose name goes on after a dash: one by one they are more than a policy takes. They are only looked at",
      ],
      [this.#logs(), "The functions' logs, which CloudFormation names after the stack and their place in it; they are only read"],
      [this.#alarms(), "Whoever lists alarms that are on asks for all of them; they are only looked at"],
      ["*", "Results of queries, settings, figures and lists of the account have no resource to name; all are only looked at"],
    ];
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName });
  }

  #colon(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  #approvals = (): string => this.#arn("execute-api", this.#props.ingress.api.apiId, "*/POST/approvals/*");
  #executions = (machine: string): string => this.#colon("states", "execution", `${machine}:*`);
  /**
   * Of the functions: CloudFormation calls them after the stack and their place in it, which tells them from those of a stack `<this one>-production`.
   * One by one, those of many networks would be more than a policy takes.
   */
  #logs = (): string => this.#colon("logs", "log-group", `${this.#stack.stackName}-${functionsId}*`);
  #alarms = (): string => this.#colon("cloudwatch", "alarm", "*");
  /** Dashboards are in no region. */
  #dashboard = (): string =>
    this.#stack.formatArn({ service: "cloudwatch", region: "", resource: "dashboard", resourceName: this.#stack.stackName });

  #function(name: string): string {
    return this.#colon("lambda", "function", functionName(this.#stack.stackName, name));
  }

  /** Those of a name, outside of networks and in each: all of these in one, for a policy takes 6144 characters. */
  #everywhere(names: readonly string[]): readonly string[] {
    const inside = names.filter((name) => this.#props.groups.length > 1 && enteringIds.includes(name));
    return [...names.map((name) => this.#function(name)), ...inside.map((name) => this.#function(inNetwork(name, "*")))];
  }

  #via(service: string) {
    const { region, urlSuffix } = this.#stack;
    return { StringEquals: { "kms:ViaService": `${service}.${region}.${urlSuffix}` } };
  }
}
