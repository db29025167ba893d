import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { otherAccount, workspaceOf } from "../adapters/policy/places.ts";
import type { ClusterPlace, Monitor, Policy, Retention, Some } from "../kernel/types/index.ts";
import type { Contract } from "../lambdas/contract.ts";
import { ledgerStatements, switchStatements } from "./ledger-permissions.ts";
import type { LedgerTables } from "./tables.ts";

/** All that a function can be given a permission for. */
export interface Resources {
  readonly tables: LedgerTables;
  readonly archive: Bucket;
  readonly key: IKey;
  readonly tokens: Secret;
  readonly tickets: ITopic;
  readonly auditLog: ILogGroup;
  /** For what the stream brought and nobody could take. */
  readonly deadLetters: IQueue;
  readonly queue: IQueue;
  /** By name, not by reference: machines call functions that may start them. The first is that outside of all networks. */
  readonly machineNames: Some<string>;
  /** The stack's own place, where the policy says it. */
  readonly home: Policy["home"];
  /** The clusters that are reached from where the function is. */
  readonly reached: readonly ClusterPlace[];
  readonly retention: Retention;
}

/** Of the machine outside of all networks: functions know those in networks by its ARN and the networks' names. */
export const machineArn = (on: Resources): string =>
  Stack.of(on.key).formatArn({ service: "states", resource: `stateMachine:${on.machineNames[0]}` });

/** What Lambda's event source for SQS does in the function's name. */
const takeMessages = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"];

const may = (actions: readonly string[], ...resources: readonly string[]): readonly PolicyStatement[] =>
  actions.length > 0 && resources.length > 0 ? [new PolicyStatement({ actions: [...actions], resources: [...resources] })] : [];

/** What a contract's needs come to in IAM's words: exactly these, on exactly these resources. */
export function statements({ needs }: Contract, on: Resources): readonly PolicyStatement[] {
  const stack = Stack.of(on.key);
  const states = (kind: string, after = "") =>
    on.machineNames.map((name) => stack.formatArn({ service: "states", resource: `${kind}:${name}${after}` }));
  const machines = states("stateMachine");
  const archived = on.archive.arnForObjects("*");
  return [
    ...(needs.ledger ? ledgerStatements(needs.ledger, on.tables) : []),
    ...(needs.archive?.includes("put") ? may(["s3:PutObject"], archived) : []),
    // Without the list, S3 answers "forbidden" for an object that is not there.
    ...(needs.archive?.includes("get") ? [...may(["s3:GetObject"], archived), ...may(["s3:ListBucket"], on.archive.bucketArn)] : []),
    ...(needs.workflow?.includes("start")
      ? [...may(["states:StartExecution"], ...machines), ...may(["states:DescribeExecution"], ...states("execution", ":*"))]
      : []),
    ...(needs.workflow?.includes("wake") ? may(["states:SendTaskSuccess"], ...machines) : []),
    ...(needs.cluster ? reachingStatements(on) : []),
    ...(needs.secrets ? may(["secretsmanager:GetSecretValue"], ...secretsOf(on.reached)) : []),
    ...(needs.tokens ? may(["secretsmanager:GetSecretValue"], on.tokens.secretArn) : []),
    ...(needs.tickets ? may(["sns:Publish"], on.tickets.topicArn) : []),
    ...(needs.queue ? may(takeMessages, on.queue.queueArn) : []),
    ...(needs.stream ? streamStatements(on) : []),
    ...(needs.auditLog ? logStatements(on.auditLog) : []),
    ...(needs.switches ? switchStatements(on.tables) : []),
    ...keyStatements(needs, on.key),
  ];
}

/** To find the API servers of our own account, and to ask workspaces of Amazon's Prometheus. What goes on inside a cluster is another role's. */
function reachingStatements({ key, home, reached }: Resources): readonly PolicyStatement[] {
  const stack = Stack.of(key);
  const asked = reached.filter((place) => otherAccount(place, home) === undefined && place.endpoint === undefined);
  const workspaces = (monitors: readonly (Monitor | undefined)[]) =>
    monitors.flatMap((monitor) => {
      const workspace = monitor?.auth.by === "sigv4" ? workspaceOf(monitor.url) : undefined;
      if (!workspace) return [];
      const { region, id } = workspace;
      const account = monitor?.auth.account ?? stack.account;
      return [stack.formatArn({ service: "aps", region, account, resource: "workspace", resourceName: id })];
    });
  return [
    ...may(
      ["eks:DescribeCluster"],
      ...asked.map(({ eks, region }) => stack.formatArn({ service: "eks", region, resource: "cluster", resourceName: eks })),
    ),
    ...may(["aps:QueryMetrics"], ...workspaces(reached.map(({ prometheus }) => prometheus))),
    ...may(["aps:ListAlertManagerAlerts", "aps:ListAlertManagerSilences"], ...workspaces(reached.map(({ alertmanager }) => alertmanager))),
  ];
}

/** By ARN, each once. */
function secretsOf(reached: readonly ClusterPlace[]): readonly string[] {
  const monitors = reached.flatMap(({ prometheus, alertmanager }) => [prometheus, alertmanager]);
  return [...new Set(monitors.flatMap((monitor) => monitor?.auth.secret ?? []))].sort();
}

/** Lambda reads the stream, and sends away what was not taken, as the function. */
function streamStatements({ tables: { records }, deadLetters }: Resources): readonly PolicyStatement[] {
  const reads = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((action) => `dynamodb:${action}`);
  return [...may(reads, records.tableStreamArn ?? ""), ...may(["sqs:SendMessage"], deadLetters.queueArn)];
}

const groupArn = (log: ILogGroup): string =>
  Stack.of(log).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: log.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
/** The streams of a log group. */
export const streamsOf = (log: ILogGroup): string => `${groupArn(log)}:log-stream:*`;

/** A stream is made in the group, and written to by its own name below it. */
const logStatements = (log: ILogGroup): readonly PolicyStatement[] =>
  may(["logs:CreateLogStream", "logs:PutLogEvents"], groupArn(log), streamsOf(log));

/** The key, only through the services that use it for the function. */
function keyStatements(
  { ledger, archive, tickets, tokens, queue, stream, switches }: Contract["needs"],
  key: IKey,
): readonly PolicyStatement[] {
  const { region, urlSuffix } = Stack.of(key);
  const services = [
    ...(ledger || stream || switches ? ["dynamodb"] : []),
    ...(archive ? ["s3"] : []),
    ...(tickets ? ["sns"] : []),
    ...(tokens ? ["secretsmanager"] : []),
    ...(queue || stream ? ["sqs"] : []),
  ];
  const encrypts = ledger || archive || tickets || stream || switches;
  if (services.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ["kms:Decrypt", "kms:DescribeKey", ...(encrypts ? ["kms:Encrypt", "kms:GenerateDataKey"] : [])],
      resources: [key.keyArn],
      conditions: { StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.${urlSuffix}`) } },
    }),
  ];
}
