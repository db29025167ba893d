import type { IKey } from "aws-cdk-lib/aws-kms";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { type metrics, namespace } from "../../kernel/types/index.ts";
import type { AuditTrail } from "../audit-trail.ts";
import type { Functions } from "../functions.ts";
import type { Ingress } from "../ingress.ts";
import type { Watched } from "./alarm-rules.ts";
import { alarmTopic } from "./alarm-topic.ts";
import { Alarms } from "./alarms.ts";
import { dashboard } from "./dashboard.ts";
import { SavedQueries } from "./saved-queries.ts";

export interface ObservabilityProps {
  readonly key: IKey;
  readonly functions: Functions;
  readonly ingress: Ingress;
  readonly machineArn: string;
  readonly trail: AuditTrail;
  /** Whether the saved queries are made. */
  readonly savedQueries: boolean;
}

/** What watches the system, and lets people look back: alarms and their topic, a dashboard, saved queries. */
export class Observability extends Construct {
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, { key, functions, ingress, machineArn, trail, savedQueries }: ObservabilityProps) {
    super(scope, id);
    this.alarms = alarmTopic(this, key);
    this.#countTooLarge(ingress.accessLog);
    const watched: Watched = { scope: this, functions, apiId: ingress.api.apiId, machineArn, deadLetters: trail.deadLetters };
    const { all } = new Alarms(this, "Rules", watched, this.alarms);
    dashboard(watched, all, trail.log);
    if (savedQueries) {
      const logs = Object.values(functions).map(({ log }) => log);
      new SavedQueries(this, "Queries", { audit: [trail.log], sweeper: [functions.Sweep.log], functions: logs });
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
