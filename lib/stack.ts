import { CfnOutput, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { networksIn } from "../adapters/policy/places.ts";
import type { Policy } from "../kernel/types/index.ts";
import { acknowledge } from "./acknowledged.ts";
import { AlertTopic } from "./alert-topic.ts";
import { archiveBucket } from "./archive.ts";
import { AuditTrail } from "./audit-trail.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { dataKey } from "./data-key.ts";
import { functions } from "./functions.ts";
import { Ingress } from "./ingress.ts";
import { Observability } from "./observability/observability.ts";
import { People } from "./people.ts";
import { Schedules } from "./schedules.ts";
import { machineName, stateMachine } from "./state-machine.ts";
import { StopSwitches } from "./stop-switches.ts";
import { LedgerTables } from "./tables.ts";

export interface RemediatorProps extends StackProps {
  /** The reviewed policy: it travels with the functions' code, so a change of it is a deployment. */
  readonly policy: Policy;
  /** Whether the clusters' access entries are made here (as they are if nothing is said), or by whoever owns the clusters. */
  readonly accessEntries?: boolean;
  /** Whether queries of CloudWatch Logs Insights are saved here (as they are if nothing is said). */
  readonly savedQueries?: boolean;
}

/** Everything that is deployed: from the alert's way in to the archive. Names come from the stack's, so that several can stand side by side. */
export class RemediatorStack extends Stack {
  constructor(scope: Construct, id: string, { policy, accessEntries = true, savedQueries = true, ...props }: RemediatorProps) {
    super(scope, id, { description: "Runs the SPIRL agent runbook: diagnoses, repairs under guards, proves, or opens a ticket", ...props });
    const { home, retention } = policy;
    const [, ...networks] = networksIn(policy);
    const key = dataKey(this);
    const trail = new AuditTrail(this, "AuditTrail", key, retention);
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
      auditLog: trail.log,
      deadLetters: trail.deadLetters,
      machineNames: [machineName(this.stackName), ...networks.map((network) => machineName(this.stackName, network))] as const,
      home,
      retention,
    };
    for (const address of policy.desk.email) on.tickets.addSubscription(new EmailSubscription(address));
    acknowledge(on.tokens, "SMG4", "Tokens are changed by whoever sends alerts, with both valid meanwhile: see how tokens are rotated");

    const groups = functions(this, on, policy);
    const [outside, ...inNetworks] = groups;
    const all = outside.functions;
    trail.feed(all.Audit, on.tables.records);
    const machine = stateMachine(this, machineName(this.stackName), on, all);
    const others = inNetworks.map(({ network, functions }) =>
      stateMachine(new Construct(this, `Network-${network}`), machineName(this.stackName, network), on, functions),
    );
    const ingress = new Ingress(this, "Ingress", on, all);
    alerts.feeds(all.Queued);
    new StopSwitches(this, "StopSwitches", all.Provision, Object.keys(policy.clusters));
    if (accessEntries) new ClusterAccess(this, "ClusterAccess", policy, groups);
    new Schedules(this, "Schedules", groups, policy);
    const machines = [machine, ...others].map(({ stateMachineArn }) => stateMachineArn);
    new People(this, "People", { on, groups, ingress });
    const { alarms } = new Observability(this, "Observability", { key, groups, ingress, machines, trail, savedQueries });

    const clusters = Object.entries(policy.clusters).map(([name, { network }]) => (network === undefined ? name : `${name}@${network}`));
    const says = {
      Alerts: `${ingress.stage.url}alerts`,
      AlertTopic: alerts.topic.topicArn,
      Approvals: `${ingress.stage.url}approvals`,
      Workflow: machine.stateMachineArn,
      PauseSeconds: String(policy.timing.pauseSeconds),
      ...(clusters.length > 0 ? { Clusters: clusters.sort().join(",") } : {}),
    };
    for (const [name, value] of Object.entries({
      ...says,
      Tokens: on.tokens.secretArn,
      Tickets: on.tickets.topicArn,
      Archive: on.archive.bucketName,
      Alarms: alarms.topicArn,
    })) {
      new CfnOutput(this, `${name}Output`, { key: name, value });
    }
  }
}
