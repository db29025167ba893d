import { Duration, Stack } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  type Metric,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { inNetwork } from "../../adapters/policy/places.ts";
import { ofFunction, type Watched } from "./alarm-rules.ts";
import { savedQueries, textOf } from "./queries.ts";
import { ours, oursByEach, theirs } from "./series.ts";

const hour = 60;
const graph = (title: string, props: Omit<GraphWidgetProps, "title">, width = 8): IWidget =>
  new GraphWidget({ title, width, height: 6, leftYAxis: { min: 0 }, ...props });
const percentiles = (scope: Construct, name: "TimeToDiagnosis" | "TimeToWrite" | "TimeToProof", label: string): readonly Metric[] =>
  ["p50", "p90"].map((percentile) => ours(scope, name, percentile, hour).with({ label: `${label}, ${percentile}` }));

/** What was done, what waits, and whether the system itself is well: what a person looks at first in the morning, from the top. */
export function dashboard(on: Watched, alarms: readonly Alarm[], auditLog: ILogGroup): Dashboard {
  const { scope } = on;
  return new Dashboard(scope, "Dashboard", {
    dashboardName: Stack.of(scope).stackName,
    defaultInterval: Duration.hours(24),
    widgets: [
      [introduction(scope), new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: 16, height: 6 })],
      incidents(scope),
      guarding(scope),
      watching(on),
      functionsOf(on),
      [last(auditLog)],
    ],
  });
}

const introduction = (scope: Construct): IWidget =>
  new TextWidget({
    width: 8,
    height: 6,
    markdown: [
      `# ${Stack.of(scope).stackName}`,
      "How to look back at a night: `docs/how-to/review-an-incident.md`",
      "What to do about an alarm: `docs/alarms/`, a page each, called as the alarm",
      "Stop all writing: `npx remediator stop --emergency`",
    ].join("\n\n"),
  });

const incidents = (scope: Construct): IWidget[] => [
  graph("Incidents, by cluster and result", { left: [oursByEach(scope, "Incidents", "Sum", hour)], stacked: true }),
  graph("Time from the opening", {
    left: [
      ...percentiles(scope, "TimeToDiagnosis", "to the diagnosis"),
      ...percentiles(scope, "TimeToWrite", "to the write"),
      ...percentiles(scope, "TimeToProof", "to the proof"),
    ],
  }),
  graph("Open, and waiting for people", {
    left: (["OpenIncidents", "ApprovalsWaiting", "TicketsWaiting"] as const).map((name) =>
      ours(scope, name, "Sum", 1).with({ label: name }),
    ),
  }),
];

const guarding = (scope: Construct): IWidget[] => [
  graph("Refusals, by guard", { left: [oursByEach(scope, "Denials", "Sum", hour)], stacked: true }),
  graph("Writes, by kind and effect", { left: [oursByEach(scope, "Attempts", "Sum", hour)], stacked: true }),
  graph("Of the hour's changes used, by cluster (%); open breakers, by kind", {
    left: [oursByEach(scope, "BudgetUsed", "Maximum", 5)],
    right: [oursByEach(scope, "BreakersOpen", "Maximum", 5)],
  }),
];

const watching = ({ scope, machines, apiId, deadLetters }: Watched): IWidget[] => [
  graph("The sweeper's finds", { left: [oursByEach(scope, "Finds", "Maximum", 5)], stacked: true }),
  graph("Executions", {
    left: machines.flatMap(([network, arn]) =>
      ["Started", "Succeeded", "Failed", "TimedOut", "Aborted"].map((end) =>
        theirs("States", `Executions${end}`, { StateMachineArn: arn }, "Sum", 5).with({ label: inNetwork(end, network) }),
      ),
    ),
  }),
  graph("Alerts: requests and refusals", {
    left: [
      ...["Count", "4xx", "5xx"].map((name) => theirs("ApiGateway", name, { ApiId: apiId }, "Sum", 5).with({ label: name })),
      ...(["RejectedAlerts", "DeliveriesTooLarge"] as const).map((name) => ours(scope, name, "Sum", 5).with({ label: name })),
      theirs("SQS", "ApproximateNumberOfMessagesVisible", { QueueName: deadLetters.queueName }, "Maximum", 5).with({
        label: "Dead letters of the audit log",
      }),
    ],
  }),
];

function functionsOf(on: Watched): IWidget[] {
  const each = (metricName: string, statistic: string) =>
    Object.keys(on.functions).map((name) => ofFunction(on, name, metricName, statistic, 5).with({ label: name }));
  return [
    graph("Errors, by function", { left: each("Errors", "Sum"), stacked: true }),
    graph("Throttles, by function", { left: each("Throttles", "Sum"), stacked: true }),
    graph("Duration, by function (p90)", { left: each("Duration", "p90") }),
  ];
}

/** The same as the saved query, over the time that the dashboard shows. */
function last(auditLog: ILogGroup): IWidget {
  const [saved] = savedQueries;
  if (!saved) throw new TypeError("there are no saved queries");
  return new LogQueryWidget({
    title: saved.answers,
    logGroupNames: [auditLog.logGroupName],
    queryString: textOf(saved),
    view: LogQueryVisualizationType.TABLE,
    width: 24,
    height: 10,
  });
}
