import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { otherAccount, workspaceOf } from "../adapters/policy/places.ts";
import type { ClusterPlace, Monitor, Policy, Retention, Some } from "../kernel/types/index.ts";
import type { Contract } from "../lambdas/contract.ts";
import { touched } from "./ledger-actions.ts";
import type { LedgerTables } from "./tables.ts";

/** All that a function can be given a permission for. */
export interface Resources {
  readonly tables: LedgerTables;
  readonly archive: Bucket;
  readonly key: IKey;
  readonly tokens: Secret;
  readonly tickets: ITopic;
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
    ...(needs.switches ? [switchStatement(on.tables)] : []),
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
    ...may(["aps:ListAlertManagerAlerts"], ...workspaces(reached.map(({ alertmanager }) => alertmanager))),
  ];
}

/** By ARN, each once. */
function secretsOf(reached: readonly ClusterPlace[]): readonly string[] {
  const monitors = reached.flatMap(({ prometheus, alertmanager }) => [prometheus, alertmanager]);
  return [...new Set(monitors.flatMap((monitor) => monitor?.auth.secret ?? []))].sort();
}

function ledgerStatements(uses: NonNullable<Contract["needs"]["ledger"]>, { records, state }: LedgerTables): readonly PolicyStatement[] {
  const named = (actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`);
  const writes = ["PutItem", "UpdateItem", "DeleteItem"];
  const touches = touched(uses);
  const changing = new PolicyStatement({
    actions: named(touches.state.filter((action) => writes.includes(action))),
    resources: [state.tableArn],
    // The stop switches are people's: no function that runs can turn one off.
    conditions: { "ForAllValues:StringNotEquals": { "dynamodb:LeadingKeys": ["STOP"] } },
  });
  return [
    ...may(named(touches.records), records.tableArn),
    ...may(named(touches.state.filter((action) => !writes.includes(action))), state.tableArn),
    ...(changing.actions.length > 0 ? [changing] : []),
  ];
}

/** To put a switch there, and nothing that is no switch. */
const switchStatement = ({ state }: LedgerTables) =>
  new PolicyStatement({
    actions: ["dynamodb:PutItem"],
    resources: [state.tableArn],
    conditions: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["STOP"] } },
  });

/** The key, only through the services that use it for the function. */
function keyStatements({ ledger, archive, tickets, tokens, queue, switches }: Contract["needs"], key: IKey): readonly PolicyStatement[] {
  const { region, urlSuffix } = Stack.of(key);
  const services = [
    ...(ledger || switches ? ["dynamodb"] : []),
    ...(archive ? ["s3"] : []),
    ...(tickets ? ["sns"] : []),
    ...(tokens ? ["secretsmanager"] : []),
    ...(queue ? ["sqs"] : []),
  ];
  const encrypts = ledger || archive || tickets || switches;
  if (services.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ["kms:Decrypt", "kms:DescribeKey", ...(encrypts ? ["kms:Encrypt", "kms:GenerateDataKey"] : [])],
      resources: [key.keyArn],
      conditions: { StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.${urlSuffix}`) } },
    }),
  ];
}
