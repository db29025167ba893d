import { ArnFormat, type Stack } from "aws-cdk-lib";
import { inNetwork } from "../adapters/policy/places.ts";
import { enteringIds, functionName } from "./function-name.ts";
import { functionsId, type Group } from "./functions.ts";
import type { Ingress } from "./ingress.ts";
import type { Resources } from "./permissions.ts";

export interface PeopleProps {
  readonly on: Pick<Resources, "tables" | "archive" | "key" | "machineNames" | "tickets" | "tokens" | "auditLog" | "deadLetters">;
  readonly groups: readonly Group[];
  readonly ingress: Pick<Ingress, "api" | "accessLog">;
}

/** What people's rights are on, by its ARN. */
export class Arns {
  readonly #stack: Stack;
  readonly #props: PeopleProps;

  constructor(stack: Stack, props: PeopleProps) {
    this.#stack = stack;
    this.#props = props;
  }

  stack = (): string => this.#arn("cloudformation", "stack", `${this.#stack.stackName}/*`);
  approvals = (): string => this.#arn("execute-api", this.#props.ingress.api.apiId, "*/POST/approvals/*");
  machine = (name: string): string => this.#colon("states", "stateMachine", name);
  executions = (machine: string): string => this.#colon("states", "execution", `${machine}:*`);
  /**
   * Of the functions: CloudFormation calls them after the stack and their place in it, which tells them from those of a stack `<this one>-production`.
   * One by one, those of many networks would be more than a policy takes.
   */
  logs = (): string => this.#colon("logs", "log-group", `${this.#stack.stackName}-${functionsId}*`);
  alarms = (): string => this.#colon("cloudwatch", "alarm", "*");
  /** Dashboards are in no region. */
  dashboard = (): string =>
    this.#stack.formatArn({ service: "cloudwatch", region: "", resource: "dashboard", resourceName: this.#stack.stackName });
  function = (name: string): string => this.#colon("lambda", "function", functionName(this.#stack.stackName, name));

  /** Functions of a name, outside of networks and in each: all of these in one, for a policy takes 6144 characters. */
  everywhere(names: readonly string[]): readonly string[] {
    const inside = names.filter((name) => this.#props.groups.length > 1 && enteringIds.includes(name));
    return [...names.map((name) => this.function(name)), ...inside.map((name) => this.function(inNetwork(name, "*")))];
  }

  /** Those that end in a wildcard, each with why it is right. */
  wildcards(): readonly (readonly [resource: string, reason: string])[] {
    const { archive, machineNames } = this.#props.on;
    return [
      [this.stack(), "A stack's ARN ends in an id that is new at each creation"],
      [this.approvals(), "Each incident is a path of its own"],
      ...machineNames.map((name) => [this.executions(name), "Executions are named anew each; they are only looked at"] as const),
      [archive.arnForObjects("*"), "The archive names its objects by their content: which they will be is not known before"],
      ...enteringIds.map((name) => [this.function(inNetwork(name, "*")), "The same function, in each network of the policy"] as const),
      [
        this.function("*"),
        "Our functions, which are called after the stack, and those of a stack whose name goes on after a dash: one by one they are more than a policy takes. They are only looked at",
      ],
      [this.logs(), "The functions' logs, which CloudFormation names after the stack and their place in it; they are only read"],
      [this.alarms(), "Whoever lists alarms that are on asks for all of them; they are only looked at"],
      ["*", "Results of queries, settings, figures and lists of the account have no resource to name; all are only looked at"],
    ];
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName });
  }

  #colon(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }
}
