import { RemovalPolicy, Stack } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledgeVersions, acknowledgeWildcard } from "./acknowledged.ts";
import { capabilities } from "./capabilities.ts";
import type { Functions } from "./functions.ts";
import { about, longestExecution, type WorkflowFunctions, workflow } from "./workflow.ts";

/**
 * The workflow as deployed. It has neither versions nor an alias: an execution under way goes on with the definition that it began with, meets
 * newer functions, and where it cannot follow them is stranded and started again on the newer definition.
 */
export function stateMachine(scope: Construct, name: string, key: IKey, functions: Functions): StateMachine {
  const states = Object.fromEntries(
    Object.entries(functions).map(([state, { lambda }]) => [state, lambda]),
  ) as unknown as WorkflowFunctions;
  const machine = new StateMachine(scope, "Workflow", {
    stateMachineName: name,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: workflow(scope, states, capabilities),
    comment: about,
    timeout: longestExecution,
    tracingEnabled: true,
    logs: {
      destination: new LogGroup(scope, "WorkflowLogs", {
        // Under this prefix the group needs no entry in the account's resource policy, which has little room.
        logGroupName: `/aws/vendedlogs/states/${Stack.of(scope).stackName}`,
        encryptionKey: key,
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: LogLevel.ALL,
      // The input of Ask holds a token.
      includeExecutionData: false,
    },
  });
  acknowledgeVersions(
    machine.role,
    Object.values(functions).map(({ lambda }) => lambda),
  );
  acknowledgeWildcard(machine.role, "*", "Deliveries of logs, and X-Ray, have no resources to name");
  return machine;
}
