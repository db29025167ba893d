import { Aws, Duration } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { queuedContract } from "../lambdas/ingest/contract.ts";
import type { ContractFunction } from "./function.ts";

/** Amazon Managed Prometheus: its Alertmanager can send to SNS, and to no webhook. */
const managedPrometheus = new ServicePrincipal("aps.amazonaws.com");
const sns = new ServicePrincipal("sns.amazonaws.com");
const fromThisAccount = { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } };
/** At ever longer intervals of the function's own time: half an hour of trouble. */
const tries = 10;

/**
 * The second way in: a topic that Amazon Managed Prometheus of this account may publish to (and whoever IAM lets), and the queue in which deliveries
 * wait until they are on record. What could not be taken so often is kept for two weeks in a queue of its own, where an alarm sees it.
 */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly queue: Queue;
  readonly dead: Queue;

  constructor(scope: Construct, id: string, key: Key) {
    super(scope, id);
    const encrypted = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true };
    this.dead = new Queue(this, "Dead", { ...encrypted, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, "Queue", {
      ...encrypted,
      retentionPeriod: Duration.days(4),
      // As Lambda wants it: six times what the function may take.
      visibilityTimeout: Duration.seconds(6 * queuedContract.timeoutSeconds),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: tries },
    });
    this.topic = new Topic(this, "Topic", { masterKey: key, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "ManagedPrometheusPublishes",
        principals: [managedPrometheus],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: fromThisAccount,
      }),
    );
    const uses = (principal: ServicePrincipal, conditions = {}) =>
      key.addToResourcePolicy(
        new PolicyStatement({ principals: [principal], actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: ["*"], conditions }),
      );
    // Its manual gives no condition that it would meet here; what it can publish to is the topic's word.
    uses(managedPrometheus);
    // By account and not by topic: the topic names the key, so the key cannot name the topic.
    uses(sns, fromThisAccount);
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [sns],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": this.topic.topicArn } },
      }),
    );
    new Subscription(this, "Subscription", { topic: this.topic, protocol: SubscriptionProtocol.SQS, endpoint: this.queue.queueArn });
  }

  /** Hands what waits to the function, which tells what it could not take. */
  feeds({ lambda }: ContractFunction): void {
    lambda.addEventSourceMapping("Queue", {
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: queuedContract.concurrency,
    });
  }
}
