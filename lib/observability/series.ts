import { Duration, Stack } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { metrics, type Metric as Name, namespace } from "../../kernel/types/index.ts";

/** The one series of all of our own metric `name`, of this stack. Throws where there is none. */
export function ours(scope: Construct, name: Name, statistic: string, minutes: number): Metric {
  const sets: readonly (readonly string[])[] = metrics[name].by;
  if (!sets.some((set) => set.length === 0)) throw new TypeError(`${name} has no series of all: it is told apart by ${sets.join(" and ")}`);
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { stack: Stack.of(scope).stackName },
    statistic,
    period: Duration.minutes(minutes),
  });
}

/** All series of our own metric `name`, one for each value of what it is told apart by. A graph can have them, an alarm cannot. */
export function oursByEach(scope: Construct, name: Name, statistic: string, minutes: number): MathExpression {
  const set = ["stack", ...(metrics[name].by.at(-1) ?? [])];
  const period = Duration.minutes(minutes);
  const search = `{${namespace},${set.join(",")}} MetricName="${name}" stack="${Stack.of(scope).stackName}"`;
  const label = set
    .slice(1)
    .map((dimension) => `\${PROP('Dim.${dimension}')}`)
    .join(" ");
  return new MathExpression({ expression: `SEARCH('${search}', '${statistic}', ${period.toSeconds()})`, usingMetrics: {}, label, period });
}

/** A series of AWS's own. */
export const theirs = (
  service: "ApiGateway" | "Lambda" | "SQS" | "States",
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
  minutes: number,
): Metric =>
  new Metric({
    namespace: `AWS/${service}`,
    metricName,
    dimensionsMap: { ...dimensionsMap },
    statistic,
    period: Duration.minutes(minutes),
  });
