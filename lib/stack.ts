import { CfnOutput, RemovalPolicy, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledged.ts";
import { AlertTopic } from "./alert-topic.ts";
import { archiveBucket } from "./archive.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { dataKey } from "./data-key.ts";
import { functions } from "./functions.ts";
import { Ingress } from "./ingress.ts";
import type { EksCluster } from "./permissions.ts";
import { Schedules } from "./schedules.ts";
import { stateMachine } from "./state-machine.ts";
import { StopSwitches } from "./stop-switches.ts";
import { LedgerTables } from "./tables.ts";

export interface RemediatorProps extends StackProps {
  /** The reviewed policy, checked and frozen: it travels with the functions' code, so a change of it is a deployment. */
  readonly policy: string;
  /** The clusters by the names that alerts carry: each gets a stop switch. */
  readonly names?: readonly string[];
  /** Where the functions go to. */
  readonly clusters?: readonly EksCluster[];
  /** Whether the clusters' access entries are made here (as they are if nothing is said), or by whoever owns the clusters. */
  readonly accessEntries?: boolean;
  /** How long what is archived cannot be deleted. */
  readonly lockDays?: number;
}

/** Everything that is deployed: from the alert's way in to the archive. Names come from the stack's, so that several can stand side by side. */
export class RemediatorStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { policy, names = [], clusters = [], accessEntries = true, lockDays = 365, ...props }: RemediatorProps,
  ) {
    super(scope, id, { description: "Runs the SPIRL agent runbook: diagnoses, repairs under guards, proves, or opens a ticket", ...props });
    const key = dataKey(this);
    const alerts = new AlertTopic(this, "AlertTopic", key);
    const on = {
      key,
      tables: new LedgerTables(this, "Tables", key),
      archive: archiveBucket(this, key, lockDays),
      // Nobody gets in until there is a token in it; a value put there later stays.
      tokens: new Secret(this, "Tokens", {
        description: "Who may send alerts: digests of bearer tokens, as a JSON list",
        secretStringValue: SecretValue.unsafePlainText("[]"),
        encryptionKey: key,
      }),
      tickets: new Topic(this, "Tickets", { masterKey: key, enforceSSL: true }),
      queue: alerts.queue,
      machineName: this.stackName,
      clusters,
    };
    new LogGroup(this, "Audit", {
      logGroupName: `/${this.stackName}/audit`,
      encryptionKey: key,
      retention: RetentionDays.THIRTEEN_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    acknowledge(on.tokens, "SMG4", "Tokens are changed by whoever sends alerts, with both valid meanwhile: see how tokens are rotated");

    const all = functions(this, on, policy);
    const machine = stateMachine(this, on.machineName, key, all);
    const { stage } = new Ingress(this, "Ingress", key, all);
    alerts.feeds(all.Queued);
    new StopSwitches(this, "StopSwitches", all.Provision, names);
    if (accessEntries) new ClusterAccess(this, "ClusterAccess", clusters, all);
    new Schedules(this, "Schedules", all, names);

    const says = {
      Alerts: `${stage.url}alerts`,
      AlertTopic: alerts.topic.topicArn,
      Approvals: `${stage.url}approvals`,
      Workflow: machine.stateMachineArn,
    };
    for (const [name, value] of Object.entries({ ...says, Tokens: on.tokens.secretArn, Tickets: on.tickets.topicArn })) {
      new CfnOutput(this, `${name}Output`, { key: name, value });
    }
  }
}
