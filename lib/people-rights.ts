import type { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { Arns, type PeopleProps } from "./people-arns.ts";

/** Who is asked how it sees a cluster. */
const probed: readonly string[] = ["Diagnose", "Escalate", ...capabilities];

const allow = (actions: readonly string[], resources: readonly string[], conditions = {}) =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], conditions });

/** What people may do with a stack, in statements. */
export class Rights {
  readonly #stack: Stack;
  readonly #props: PeopleProps;
  readonly #on: Arns;

  constructor(stack: Stack, props: PeopleProps) {
    this.#stack = stack;
    this.#props = props;
    this.#on = new Arns(stack, props);
  }

  /** To find the stack by its name. */
  finds(): readonly PolicyStatement[] {
    return [allow(["cloudformation:DescribeStacks"], [this.#on.stack()])];
  }

  /** To look at incidents. */
  looks(): readonly PolicyStatement[] {
    const { tables, key } = this.#props.on;
    const reading = ["dynamodb:GetItem", "dynamodb:Query"];
    return [
      allow(["lambda:GetFunctionConfiguration"], [this.#on.function("Decide")]),
      allow(reading, [tables.records.tableArn, tables.people.tableArn]),
      allow(reading, [tables.state.tableArn], { "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["TOKEN#*"] } }),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("dynamodb")),
    ];
  }

  answers(): readonly PolicyStatement[] {
    return [allow(["execute-api:Invoke"], [this.#on.approvals()])];
  }

  operates(): readonly PolicyStatement[] {
    const { tables, key, machineNames, tickets, deadLetters } = this.#props.on;
    const only = (key: string) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [key] } });
    const machines = machineNames.map(this.#on.machine);
    return [
      // No answer of a person.
      allow(["dynamodb:PutItem"], [tables.people.tableArn], only("STOP")),
      // What counts towards breakers: no incident, no lease of one.
      allow(["dynamodb:PutItem"], [tables.state.tableArn], only("CLUSTER#*")),
      allow(["kms:Encrypt", "kms:GenerateDataKey"], [key.keyArn], this.#via("dynamodb")),
      // Not their history: what an Ask was given has the token that wakes it.
      allow(["states:StartExecution", "states:ListExecutions"], machines),
      allow(["states:DescribeExecution"], machineNames.map(this.#on.executions)),
      allow(["lambda:PutFunctionConcurrency", "lambda:GetFunctionConcurrency"], this.#on.everywhere(capabilities)),
      allow(["lambda:GetFunctionConfiguration"], [this.#on.function("*")]),
      allow(["lambda:InvokeFunction"], this.#on.everywhere(probed)),
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
    const logs = [auditLog.logGroupArn, ingress.accessLog.logGroupArn, this.#on.logs()];
    return [
      allow(["s3:GetObject"], [archive.arnForObjects("*")]),
      allow(["s3:ListBucket"], [archive.bucketArn]),
      allow(["kms:Decrypt"], [key.keyArn], this.#via("s3")),
      allow(["logs:StartQuery", "logs:FilterLogEvents", "logs:GetLogEvents"], logs),
      allow(["cloudwatch:GetDashboard"], [this.#on.dashboard()]),
      allow(["cloudwatch:DescribeAlarms"], [this.#on.alarms()]),
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

  #via(service: string) {
    const { region, urlSuffix } = this.#stack;
    return { StringEquals: { "kms:ViaService": `${service}.${region}.${urlSuffix}` } };
  }
}
