import { CfnOutput, RemovalPolicy, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { networksIn } from "../adapters/policy/places.ts";
import type { Policy } from "../kernel/types/index.ts";
import { acknowledge } from "./acknowledged.ts";
import { AlertTopic } from "./alert-topic.ts";
import { archiveBucket } from "./archive.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { dataKey } from "./data-key.ts";
import { functions } from "./functions.ts";
import { Ingress } from "./ingress.ts";
import { Schedules } from "./schedules.ts";
import { machineName, stateMachine } from "./state-machine.ts";
import { StopSwitches } from "./stop-switches.ts";
import { LedgerTables } from "./tables.ts";

export interface RemediatorProps extends StackProps {
  /** The reviewed policy: it travels with the functions' code, so a change of it is a deployment. */
  readonly policy: Policy;
  /** Whether the clusters' access entries are made here (as they are if nothing is said), or by whoever owns the clusters. */
  readonly accessEntries?: boolean;
}

/** Everything that is deployed: from the alert's way in to the archive. Names come from the stack's, so that several can stand side by side. */
export class RemediatorStack extends Stack {
  constructor(scope: Construct, id: string, { policy, accessEntries = true, ...props }: RemediatorProps) {
    super(scope, id, { description: "Runs the SPIRL agent runbook: diagnoses, repairs under guards, proves, or opens a ticket", ...props });
    const { home, retention } = policy;
    const [, ...networks] = networksIn(policy);
    const key = dataKey(this);
    const alerts = new AlertTopic(this, "AlertTopic", key);
    const on = {
      key,
      tables: new LedgerTables(this, "Tables", key),
      archive: archiveBucket(this, key, retention),
      // Nobody gets in until there is a token in it; a value put there later stays.
      tokens: new Secret(this, "Tokens", {
        description: "Who may send alerts: digests of bearer tokens, as a JSON list",
        secretStringValue: SecretValue.unsafePlainText("[]"),
        encryptionKey: key,
      }),
      tickets: new Topic(this, "Tickets", { masterKey: key, enforceSSL: true }),
      queue: alerts.queue,
      machineNames: [machineName(this.stackName), ...networks.map((network) => machineName(this.stackName, network))] as const,
      home,
      retention,
    };
    for (const address of policy.desk.email) on.tickets.addSubscription(new EmailSubscription(address));
    new LogGroup(this, "Audit", {
      logGroupName: `/${this.stackName}/audit`,
      encryptionKey: key,
      retention: retention.auditLogDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    acknowledge(on.tokens, "SMG4", "Tokens are changed by whoever sends alerts, with both valid meanwhile: see how tokens are rotated");

    const [outside, ...inNetworks] = functions(this, on, policy);
    const all = outside.functions;
    const machine = stateMachine(this, machineName(this.stackName), on, all);
    for (const group of inNetworks) {
      stateMachine(new Construct(this, `Network-${group.network}`), machineName(this.stackName, group.network), on, group.functions);
    }
    const { stage } = new Ingress(this, "Ingress", on, all);
    alerts.feeds(all.Queued);
    new StopSwitches(this, "StopSwitches", all.Provision, Object.keys(policy.clusters));
    if (accessEntries) new ClusterAccess(this, "ClusterAccess", policy, [outside, ...inNetworks]);
    new Schedules(this, "Schedules", [outside, ...inNetworks], policy);

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
