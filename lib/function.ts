import { type CfnElement, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as Lambda, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type Contract, environment } from "../lambdas/contract.ts";
import { acknowledgeWildcard } from "./acknowledged.ts";
import type { Capability } from "./capabilities.ts";
import { type Resources, statements } from "./permissions.ts";

/** Beside the code of every function that needs it. */
export const policyFile = "policy.json";

/** What a function is called on AWS: its stack's name, then its own. */
export const functionName = (stack: string, id: string): string => `${stack}-${id}`;

export interface ContractFunctionProps {
  readonly contract: Contract;
  readonly code: Code;
  readonly on: Resources;
  /** What the code exports, `handler` unless said otherwise. */
  readonly exported?: string;
  /** The kind of hands, for a function that writes. */
  readonly capability?: Capability;
}

/** A Lambda function as its contract says: with a role of its own that may do what it declares, and variables for exactly that. */
export class ContractFunction extends Construct {
  readonly lambda: Lambda;
  readonly role: Role;

  constructor(scope: Construct, id: string, { contract, code, on, exported = "handler", capability }: ContractFunctionProps) {
    super(scope, id);
    if ((contract.needs.cluster === "writer") !== (capability !== undefined))
      throw new TypeError(`${id}: a writer, and only a writer, has a capability`);
    const logGroup = new LogGroup(this, "Logs", {
      encryptionKey: on.key,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), description: contract.does });
    logGroup.grantWrite(this.role);
    for (const statement of statements(contract, on)) this.role.addToPolicy(statement);
    acknowledgeWildcards(this.role, on);
    this.lambda = new Lambda(this, "Function", {
      // Known by name, so that an emergency stop need ask nobody which function it is.
      functionName: functionName(Stack.of(this).stackName, id),
      description: contract.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code,
      handler: `index.${exported}`,
      role: this.role,
      timeout: Duration.seconds(contract.timeoutSeconds),
      memorySize: contract.memoryMiB,
      ...(contract.concurrency === undefined ? {} : { reservedConcurrentExecutions: contract.concurrency }),
      environment: variablesOf(contract, on, capability),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // Whoever calls it repeats the call, or does not.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
  }
}

/** Acknowledged where they occur; what a role does not have, the rule does not speak of. */
function acknowledgeWildcards(role: Role, { archive, key, machineName }: Resources): void {
  acknowledgeWildcard(role, "*", "X-Ray has no resources to name: segments of a trace are only put");
  const bucket = Stack.of(key).getLogicalId(archive.node.defaultChild as CfnElement);
  acknowledgeWildcard(role, `<${bucket}.Arn>/*`, "The archive names its objects by their content: which they will be is not known before");
  const executions = ["arn:<AWS::Partition>", "states", "<AWS::Region>", "<AWS::AccountId>", "execution", machineName, "*"].join(":");
  acknowledgeWildcard(role, executions, "Executions are named by incident and run; they are only looked at, and only those of our machine");
}

function variablesOf({ needs }: Contract, on: Resources, capability?: Capability): Record<string, string> {
  const machine = Stack.of(on.key).formatArn({ service: "states", resource: `stateMachine:${on.machineName}` });
  return {
    ...(needs.ledger ? { [environment.records]: on.tables.records.tableName, [environment.state]: on.tables.state.tableName } : {}),
    ...(needs.archive ? { [environment.archive]: on.archive.bucketName } : {}),
    ...(needs.workflow?.includes("start") ? { [environment.workflow]: machine } : {}),
    ...(capability ? { [environment.capability]: capability } : {}),
    ...(needs.policy ? { [environment.policy]: policyFile } : {}),
    ...(needs.tokens ? { [environment.tokens]: on.tokens.secretArn } : {}),
    ...(needs.tickets ? { [environment.tickets]: on.tickets.topicArn } : {}),
    ...(needs.switches ? { [environment.state]: on.tables.state.tableName } : {}),
  };
}
