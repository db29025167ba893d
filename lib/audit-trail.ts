import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Retention } from "../kernel/types/index.ts";
import { acknowledge } from "./acknowledged.ts";
import type { ContractFunction } from "./function.ts";

/** How often a batch is brought again. What passes by itself has passed by then; what does not must not hold up the records behind it. */
const retries = 10;

/**
 * Where each record becomes a line that people can query: the log group, and the queue for what cannot be written there. Log and table stay
 * when the stack goes.
 */
export class AuditTrail extends Construct {
  readonly log: LogGroup;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, key: IKey, { auditLogDays }: Retention) {
    super(scope, id);
    this.log = new LogGroup(this, "Log", {
      logGroupName: `/${Stack.of(this).stackName}/audit`,
      encryptionKey: key,
      retention: auditLogDays,
      // Its name is fixed: what a first deployment that failed left behind would be in the way of the next.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.deadLetters = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, "SQS3", "It is where the stream's source puts what it gives up: there is nothing behind it but an alarm");
  }

  /** Feeds the function with what is put into the table, from the first record on. That it may read and give away is in its contract. */
  feed({ lambda: target }: ContractFunction, { tableStreamArn }: Table): void {
    if (!tableStreamArn) throw new TypeError("the table has no stream");
    new EventSourceMapping(this, "Feed", {
      target,
      eventSourceArn: tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: retries,
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
  }
}
