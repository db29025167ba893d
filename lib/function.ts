import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as Lambda, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type Contract, environment } from "../lambdas/contract.ts";
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
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, { contract, code, on, exported = "handler", capability }: ContractFunctionProps) {
    super(scope, id);
    if ((contract.needs.cluster === "writer") !== (capability !== undefined))
      throw new TypeError(`${id}: a writer, and only a writer, has a capability`);
    this.log = new LogGroup(this, "Logs", {
      encryptionKey: on.key,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), description: contract.does });
    this.log.grantWrite(this.role);
    for (const statement of statements(contract, on)) this.role.addToPolicy(statement);
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
      reservedConcurrentExecutions: contract.concurrency,
      environment: variablesOf(contract, on, capability),
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // Whoever calls it repeats the call, or does not.
      retryAttempts: 0,
    });
  }
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
    ...(needs.auditLog ? { [environment.auditLog]: on.auditLog.logGroupName } : {}),
    ...(needs.metrics ? { [environment.stack]: Stack.of(on.key).stackName } : {}),
  };
}
