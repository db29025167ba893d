import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as Lambda, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { inNetwork } from "../adapters/policy/places.ts";
import type { Capability } from "../kernel/types/index.ts";
import { type Contract, environment } from "../lambdas/contract.ts";
import { acknowledgeWildcard } from "./acknowledged.ts";
import { functionName } from "./function-name.ts";
import { type Attached, interfaceStatements } from "./network.ts";
import { machineArn, type Resources, statements, streamsOf } from "./permissions.ts";

/** Beside the code of every function that needs it. */
export const policyFile = "policy.json";

/** The network of a function, by its name in the policy. */
export interface FunctionNetwork {
  readonly name: string;
  readonly attached: Attached;
}

export interface ContractFunctionProps {
  readonly contract: Contract;
  readonly code: Code;
  readonly on: Resources;
  /** What the code exports, `handler` unless said otherwise. */
  readonly exported?: string;
  /** The kind of hands, for a function that writes. */
  readonly capability?: Capability;
  /** Where it is; without it outside of any VPC. */
  readonly network?: FunctionNetwork;
}

/** A Lambda function as its contract says: with a role of its own that may do what it declares, and variables for exactly that. */
export class ContractFunction extends Construct {
  readonly lambda: Lambda;
  readonly role: Role;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, { contract, code, on, exported = "handler", capability, network }: ContractFunctionProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // Known by name, so that an emergency stop need ask nobody which function it is.
    const name = functionName(stack.stackName, inNetwork(id, network?.name));
    if ((contract.needs.cluster === "writer") !== (capability !== undefined))
      throw new TypeError(`${id}: a writer, and only a writer, has a capability`);
    this.log = new LogGroup(this, "Logs", {
      encryptionKey: on.key,
      retention: on.retention.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), description: contract.does });
    this.log.grantWrite(this.role);
    for (const statement of statements(contract, on)) this.role.addToPolicy(statement);
    acknowledgeWildcards(this.role, on);
    const arn = stack.formatArn({ service: "lambda", resource: "function", resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    for (const statement of network ? interfaceStatements(arn) : []) this.role.addToPolicy(statement);
    this.lambda = new Lambda(this, "Function", {
      functionName: name,
      description: contract.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code,
      handler: `index.${exported}`,
      role: this.role,
      ...network?.attached,
      timeout: Duration.seconds(contract.timeoutSeconds),
      memorySize: contract.memoryMiB,
      reservedConcurrentExecutions: contract.concurrency,
      environment: variablesOf(contract, on, capability),
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // Whoever calls it repeats the call, or does not.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
  }
}

/** Acknowledged where they occur; what a role does not have, the rule does not speak of. */
function acknowledgeWildcards(role: Role, { archive, auditLog, key, machineNames }: Resources): void {
  acknowledgeWildcard(role, "*", "Traces of X-Ray, and a function's interfaces in its network, have no resources to name");
  acknowledgeWildcard(
    role,
    archive.arnForObjects("*"),
    "The archive names its objects by their content: which they will be is not known before",
  );
  acknowledgeWildcard(role, streamsOf(auditLog), "Each environment of the function writes a stream of its own into the audit log");
  for (const name of machineNames) {
    const executions = Stack.of(key).formatArn({ service: "states", resource: `execution:${name}:*` });
    acknowledgeWildcard(role, executions, "Executions are named by incident and run; only those of our machines are looked at");
  }
}

function variablesOf({ needs }: Contract, on: Resources, capability?: Capability): Record<string, string> {
  return {
    ...(needs.ledger ? { [environment.records]: on.tables.records.tableName, [environment.state]: on.tables.state.tableName } : {}),
    ...(needs.ledger || needs.switches ? { [environment.people]: on.tables.people.tableName } : {}),
    ...(needs.archive ? { [environment.archive]: on.archive.bucketName } : {}),
    ...(needs.workflow?.includes("start") ? { [environment.workflow]: machineArn(on) } : {}),
    ...(capability ? { [environment.capability]: capability } : {}),
    ...(needs.policy ? { [environment.policy]: policyFile } : {}),
    ...(needs.tokens ? { [environment.tokens]: on.tokens.secretArn } : {}),
    ...(needs.tickets ? { [environment.tickets]: on.tickets.topicArn } : {}),
    ...(needs.auditLog ? { [environment.auditLog]: on.auditLog.logGroupName } : {}),
    ...(needs.metrics ? { [environment.stack]: Stack.of(on.key).stackName } : {}),
  };
}
