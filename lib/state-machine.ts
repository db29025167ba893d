import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { inNetwork } from "../adapters/policy/places.ts";
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { acknowledgeVersions, acknowledgeWildcard } from "./acknowledged.ts";
import type { Functions } from "./functions.ts";
import { fitting } from "./names.ts";
import type { Resources } from "./permissions.ts";
import { about, longestExecution, type WorkflowFunctions, workflow } from "./workflow.ts";

/** What the machine is called on AWS: as its stack, and where it is in a network, as that too. Throws `NameTooLong`. */
export const machineName = (stack: string, network?: string): string => fitting("state machine", inNetwork(stack, network), 80);

/**
 * The workflow as deployed. It has neither versions nor an alias: an execution under way goes on with the definition that it began with, meets
 * newer functions, and where it cannot follow them is stranded and started again on the newer definition (docs/decisions/no-alias-before-the-workflow.md).
 */
export function stateMachine(
  scope: Construct,
  name: string,
  { key, retention }: Pick<Resources, "key" | "retention">,
  functions: Functions,
): StateMachine {
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
        logGroupName: `/aws/vendedlogs/states/${name}`,
        encryptionKey: key,
        retention: retention.logDays,
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
