import { CfnOutput, Duration, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { archiveBucket } from "./archive.ts";
import { AuditTrail } from "./audit-trail.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { dataKey } from "./data-key.ts";
import { functions } from "./functions.ts";
import { Ingress } from "./ingress.ts";
import { Observability } from "./observability/observability.ts";
import type { EksCluster } from "./permissions.ts";
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
  /** Whether queries of CloudWatch Logs Insights are saved here (as they are if nothing is said). */
  readonly savedQueries?: boolean;
  /** How long what is archived cannot be deleted. */
  readonly lockDays?: number;
}

/** Everything that is deployed: from the alert's way in to the archive. Names come from the stack's, so that several can stand side by side. */
export class RemediatorStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { policy, names = [], clusters = [], accessEntries = true, savedQueries = true, lockDays = 365, ...props }: RemediatorProps,
  ) {
    super(scope, id, { description: "Runs the SPIRL agent runbook: diagnoses, repairs under guards, proves, or opens a ticket", ...props });
    const key = dataKey(this);
    const trail = new AuditTrail(this, "AuditTrail", key);
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
      auditLog: trail.log,
      deadLetters: trail.deadLetters,
      machineName: this.stackName,
      clusters,
    };
    const all = functions(this, on, policy);
    trail.feed(all.Audit, on.tables.records);
    const machine = stateMachine(this, on.machineName, key, all);
    const ingress = new Ingress(this, "Ingress", key, all);
    new StopSwitches(this, "StopSwitches", all.Provision, names);
    if (accessEntries) new ClusterAccess(this, "ClusterAccess", clusters, all);
    new Schedule(this, "EachMinute", {
      description: "Starts open incidents that have no execution",
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(all.Sweep.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
    });

    const { stateMachineArn: machineArn } = machine;
    const { alarms } = new Observability(this, "Observability", { key, functions: all, ingress, machineArn, trail, savedQueries });

    const says = {
      ...{ Alerts: `${ingress.stage.url}alerts`, Approvals: `${ingress.stage.url}approvals`, Workflow: machineArn },
      ...{ Tokens: on.tokens.secretArn, Tickets: on.tickets.topicArn, Alarms: alarms.topicArn },
    };
    for (const [name, value] of Object.entries(says)) {
      new CfnOutput(this, `${name}Output`, { key: name, value });
    }
  }
}
