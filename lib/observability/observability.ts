import type { IKey } from "aws-cdk-lib/aws-kms";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { inNetwork } from "../../adapters/policy/places.ts";
import { type metrics, namespace } from "../../kernel/types/index.ts";
import type { AuditTrail } from "../audit-trail.ts";
import type { ContractFunction } from "../function.ts";
import { entering, type Group } from "../functions.ts";
import type { Ingress } from "../ingress.ts";
import type { Watched } from "./alarm-rules.ts";
import { alarmTopic } from "./alarm-topic.ts";
import { Alarms } from "./alarms.ts";
import { dashboard } from "./dashboard.ts";
import { SavedQueries } from "./saved-queries.ts";

export interface ObservabilityProps {
  readonly key: IKey;
  readonly groups: readonly [Group, ...Group[]];
  readonly ingress: Ingress;
  /** ARNs of the state machines, in the order of the groups. */
  readonly machines: readonly string[];
  readonly trail: AuditTrail;
  /** Whether the saved queries are made. */
  readonly savedQueries: boolean;
}

/** What watches the system, and lets people look back: alarms and their topic, a dashboard, saved queries. */
export class Observability extends Construct {
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, { key, groups, ingress, machines, trail, savedQueries }: ObservabilityProps) {
    super(scope, id);
    this.alarms = alarmTopic(this, key);
    this.#countTooLarge(ingress.accessLog);
    const functions = allOf(groups);
    const byNetwork = groups.map(({ network }, at) => [network, machines[at] ?? ""] as const);
    const watched: Watched = { scope: this, functions, apiId: ingress.api.apiId, machines: byNetwork, deadLetters: trail.deadLetters };
    const { all } = new Alarms(this, "Rules", watched, this.alarms);
    dashboard(watched, all, trail.log);
    if (savedQueries) {
      const logs = Object.values(functions).map(({ log }) => log);
      new SavedQueries(this, "Queries", { audit: [trail.log], sweeper: [groups[0].functions.Sweep.log], functions: logs });
    }
  }

  /** By the answer, whoever gave it: what is very large API Gateway refuses itself. */
  #countTooLarge(logGroup: ILogGroup): void {
    new MetricFilter(this, "TooLarge", {
      logGroup,
      filterPattern: FilterPattern.stringValue("$.status", "=", "413"),
      metricNamespace: namespace,
      metricName: "DeliveriesTooLarge" satisfies keyof typeof metrics,
      dimensions: { stack: "$.stack" },
      metricValue: "1",
    });
  }
}

/** Each once, under its own name; those in a network with that behind. */
function allOf(groups: readonly Group[]): Readonly<Record<string, ContractFunction>> {
  const named = groups.flatMap(({ network, functions }): readonly (readonly [string, ContractFunction])[] =>
    network === undefined ? Object.entries(functions) : entering.map((name) => [inNetwork(name, network), functions[name]]),
  );
  return Object.fromEntries(named);
}
