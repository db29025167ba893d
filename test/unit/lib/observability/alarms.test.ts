import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { finds } from "../../../../kernel/survey/survey.ts";
import { metrics } from "../../../../kernel/types/index.ts";
import { contracts } from "../../../../lib/functions.ts";
import { alarmRules, pageOf } from "../../../../lib/observability/alarm-rules.ts";
import { deployed, ofType, text } from "../deployed.ts";

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}
const template = deployed();
const alarms = ofType(template, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties as unknown as Alarm);
const called = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `remediator-${name}`);
const functionIn = ({ Dimensions }: Alarm) =>
  Dimensions.map(({ Value }) => text(Value).replace(/^\$\{Functions(\w+?)Function[0-9A-F]{8}\}$/, "$1"));

describe("there is an alarm", () => {
  test.each(Object.keys(contracts))("for errors of %s", (name) => {
    const its = alarms.filter((alarm) => alarm.MetricName === "Errors" && functionIn(alarm).includes(name));
    expect(its).toHaveLength(1);
    expect(its[0]).toMatchObject({ Namespace: "AWS/Lambda", Statistic: "Sum", Threshold: 3 });
  });

  test.each(Object.keys(contracts))("for throttles of %s", (name) => {
    expect(alarms.filter((alarm) => alarm.MetricName === "Throttles" && functionIn(alarm).includes(name))).toHaveLength(1);
  });

  test.each([
    ["ingest-failing-Api", "AWS/ApiGateway", "5xx", 3],
    ["executions-failed-Failed", "AWS/States", "ExecutionsFailed", 1],
    ["executions-failed-TimedOut", "AWS/States", "ExecutionsTimedOut", 1],
    ["executions-failed-Aborted", "AWS/States", "ExecutionsAborted", 1],
    ["audit-dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", 1],
    ["audit-behind", "AWS/Lambda", "IteratorAge", 900_000],
    ["deliveries-too-large", "Remediator", "DeliveriesTooLarge", 1],
    ["alerts-rejected", "Remediator", "RejectedAlerts", 1],
    ["ticket-waiting", "Remediator", "TicketsWaiting", 1],
    ["sweeper-finds", "Remediator", "Finds", 1],
    ["breaker-open", "Remediator", "BreakersOpen", 1],
    ["chain-broken", "Remediator", "BrokenChains", 1],
  ])("%s, where silence is well", (name, Namespace, MetricName, Threshold) => {
    const TreatMissingData = "notBreaching";
    const ComparisonOperator = "GreaterThanOrEqualToThreshold";
    expect(called(name)).toMatchObject({ Namespace, MetricName, Threshold, TreatMissingData, ComparisonOperator });
  });

  test("for a sweeper that says nothing for five minutes", () => {
    expect(called("sweeper-silent")).toMatchObject({
      ...{ MetricName: "Sweeps", Threshold: 1, ComparisonOperator: "LessThanThreshold", TreatMissingData: "breaching" },
      ...{ Period: 60, EvaluationPeriods: 5 },
    });
  });

  test.each(["ticket-waiting", "sweeper-finds", "breaker-open"])("%s, though a minute without a sweep comes between", (name) => {
    const { EvaluationPeriods = 0, DatapointsToAlarm = 0, Period } = called(name) ?? {};
    expect([Period, DatapointsToAlarm > 1, DatapointsToAlarm < EvaluationPeriods]).toEqual([60, true, true]);
  });

  test("over a series of our own only where there is one of all", () => {
    for (const { Namespace, MetricName, Dimensions } of alarms.filter((alarm) => alarm.Namespace === "Remediator")) {
      expect(metrics).toHaveProperty(MetricName);
      expect([Namespace, Dimensions]).toEqual(["Remediator", [{ Name: "stack", Value: "remediator" }]]);
      expect(metrics[MetricName as keyof typeof metrics].by).toContainEqual([]);
    }
  });
});

describe("each alarm", () => {
  test("tells the topic when it begins and when it is over", () => {
    const topic = { Ref: expect.stringMatching(/^ObservabilityAlarms/) };
    for (const { AlarmActions, OKActions } of alarms) expect([AlarmActions, OKActions]).toEqual([[topic], [topic]]);
  });

  test("has one rule, and says where its page is", () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const rules = alarmRules.filter(({ id }) => AlarmName === `remediator-${id}` || AlarmName.startsWith(`remediator-${id}-`));
      expect(rules.map(({ means, id }) => `${means} What to do: docs/alarms/${id}.md`)).toEqual([AlarmDescription]);
    }
  });
});

describe("the pages", () => {
  const pages = globSync("docs/alarms/*.md").map((file) => basename(file, ".md"));

  test("are one for each alarm, and an index", () => {
    expect(pages.sort()).toEqual([...alarmRules.map(({ id }) => id), "README"].sort());
  });

  test.each(alarmRules.map((rule) => [rule.id, rule] as const))("%s says what it means, what to look at, and what to do", (id, rule) => {
    expect(existsSync(pageOf(rule))).toBe(true);
    const page = readFileSync(pageOf(rule), "utf8");
    expect(page.split("\n")[0]).toBe(`# ${id}`);
    expect(page.match(/^## .*$/gm)).toEqual(["## What it means", "## What to look at", "## What to do"]);
    expect(page).toContain(rule.means);
    expect(page).toMatch(/```|`/);
  });

  test("that of the sweeper's finds has a row for each", () => {
    const rows = [...readFileSync("docs/alarms/sweeper-finds.md", "utf8").matchAll(/^\| `([\w-]+)` \| \S.* \| \S.* \|$/gm)];
    expect(rows.map(([, find]) => find)).toEqual([...finds]);
  });

  test("the index has them all, in the order of the rules", () => {
    const rows = [...readFileSync("docs/alarms/README.md", "utf8").matchAll(/^\| \[`([\w-]+)`\]\(\1\.md\) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, id, means]) => [id, means])).toEqual(alarmRules.map(({ id, means }) => [id, means]));
  });
});

describe("the topic of the alarms", () => {
  const fromHere = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };

  test("is encrypted by our key, an output, and open to CloudWatch of this account, over TLS", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          {
            ...{ Effect: "Allow", Action: "sns:Publish", Principal: { Service: "cloudwatch.amazonaws.com" } },
            ...{ Resource: { Ref: Match.stringLikeRegexp("^ObservabilityAlarms") }, Condition: fromHere },
          },
        ],
      },
      Topics: [{ Ref: Match.stringLikeRegexp("^ObservabilityAlarms") }],
    });
    template.hasOutput("Alarms", { Value: { Ref: Match.stringLikeRegexp("^ObservabilityAlarms") } });
  });

  test("has a key that CloudWatch may use for it", () => {
    template.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            ...{ Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" },
            ...{ Principal: { Service: "cloudwatch.amazonaws.com" }, Condition: fromHere },
          },
        ]),
      },
    });
  });

  test("has no topic beside it without our key", () => {
    const keys = ofType(template, "AWS::SNS::Topic").map(([, { Properties }]) => Properties.KmsMasterKeyId);
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(key).toEqual({ "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] });
  });
});
