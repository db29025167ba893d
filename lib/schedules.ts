import { Duration, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { Policy } from "../kernel/types/index.ts";
import { acknowledgeVersions } from "./acknowledged.ts";
import type { Group } from "./functions.ts";

export const sweepMinutes = 1;
export const patrolMinutes = 5;

/** What runs by itself: the sweeper, and the patrol of each cluster, not all at the same moment. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, groups: readonly [Group, ...Group[]], policy: Pick<Policy, "clusters">) {
    super(scope, id);
    const { Sweep } = groups[0].functions;
    const patrols = new Map(groups.map(({ network, functions }) => [network, functions.Patrol.lambda]));
    const role = new Role(this, "Role", {
      description: "Calls the sweeper and the patrol when it is time",
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    });
    acknowledgeVersions(role, [Sweep.lambda, ...patrols.values()]);
    // Whatever was missed is done by the next one.
    const once = (maxEventAge: Duration) => ({ role, retryAttempts: 0, maxEventAge });
    new Schedule(this, "Sweep", {
      description: "Starts open incidents that have no execution",
      schedule: ScheduleExpression.rate(Duration.minutes(sweepMinutes)),
      target: new LambdaInvoke(Sweep.lambda, once(Duration.minutes(sweepMinutes))),
    });
    for (const [cluster, { network }] of Object.entries(policy.clusters)) {
      const patrol = patrols.get(network);
      if (!patrol) throw new TypeError(`no patrol goes to ${cluster}`);
      new Schedule(this, `Patrol-${cluster}`, {
        description: `Looks over the cluster ${cluster}`,
        schedule: ScheduleExpression.rate(Duration.minutes(patrolMinutes)),
        timeWindow: TimeWindow.flexible(Duration.minutes(2)),
        target: new LambdaInvoke(patrol, { ...once(Duration.minutes(patrolMinutes)), input: ScheduleTargetInput.fromObject({ cluster }) }),
      });
    }
  }
}
