import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Contract } from "../lambdas/contract.ts";
import { touched } from "./ledger-actions.ts";
import type { LedgerTables } from "./tables.ts";

/** A cluster of EKS in this account. */
export interface EksCluster {
  readonly name: string;
  readonly region: string;
}
/** All that a function can be given a permission for. */
export interface Resources {
  readonly tables: LedgerTables;
  readonly archive: Bucket;
  readonly key: IKey;
  readonly tokens: Secret;
  readonly tickets: ITopic;
  readonly queue: IQueue;
  /** By name, not by reference: the machine calls functions that may start it. */
  readonly machineName: string;
  readonly clusters: readonly EksCluster[];
}

/** What Lambda's event source for SQS does in the function's name. */
const takeMessages = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"];

const may = (actions: readonly string[], ...resources: readonly string[]): readonly PolicyStatement[] =>
  actions.length > 0 && resources.length > 0 ? [new PolicyStatement({ actions: [...actions], resources: [...resources] })] : [];

/** What a contract's needs come to in IAM's words: exactly these, on exactly these resources. */
export function statements({ needs }: Contract, on: Resources): readonly PolicyStatement[] {
  const stack = Stack.of(on.key);
  const machine = stack.formatArn({ service: "states", resource: `stateMachine:${on.machineName}` });
  const executions = stack.formatArn({ service: "states", resource: `execution:${on.machineName}:*` });
  const clusters = on.clusters.map(({ name, region }) =>
    stack.formatArn({ service: "eks", region, resource: "cluster", resourceName: name }),
  );
  const archived = on.archive.arnForObjects("*");
  return [
    ...(needs.ledger ? ledgerStatements(needs.ledger, on.tables) : []),
    ...(needs.archive?.includes("put") ? may(["s3:PutObject"], archived) : []),
    // Without the list, S3 answers "forbidden" for an object that is not there.
    ...(needs.archive?.includes("get") ? [...may(["s3:GetObject"], archived), ...may(["s3:ListBucket"], on.archive.bucketArn)] : []),
    ...(needs.workflow?.includes("start")
      ? [...may(["states:StartExecution"], machine), ...may(["states:DescribeExecution"], executions)]
      : []),
    ...(needs.workflow?.includes("wake") ? may(["states:SendTaskSuccess"], machine) : []),
    ...(needs.cluster ? may(["eks:DescribeCluster"], ...clusters) : []),
    ...(needs.tokens ? may(["secretsmanager:GetSecretValue"], on.tokens.secretArn) : []),
    ...(needs.tickets ? may(["sns:Publish"], on.tickets.topicArn) : []),
    ...(needs.queue ? may(takeMessages, on.queue.queueArn) : []),
    ...(needs.switches ? [switchStatement(on.tables)] : []),
    ...keyStatements(needs, on.key),
  ];
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
