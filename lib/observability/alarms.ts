import { Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { alarmRules, pageOf, type Watched } from "./alarm-rules.ts";

/** The alarms of the rules, by names that say which page is theirs. Each tells the topic when it begins and when it is over. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, on: Watched, topic: ITopic) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.all = alarmRules.flatMap((rule) =>
      Object.entries(rule.over(on)).map(([name, metric]) => {
        const called = name === "" ? rule.id : `${rule.id}-${name}`;
        const below = "below" in rule.when;
        const alarm = new Alarm(this, called, {
          alarmName: `${Stack.of(this).stackName}-${called}`,
          alarmDescription: `${rule.means} What to do: ${pageOf(rule)}`,
          metric,
          threshold: "below" in rule.when ? rule.when.below : rule.when.from,
          comparisonOperator: below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          evaluationPeriods: rule.periods ?? 1,
          ...(rule.enough ? { datapointsToAlarm: rule.enough } : {}),
          treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
        });
        alarm.addAlarmAction(action);
        alarm.addOkAction(action);
        return alarm;
      }),
    );
  }
}
