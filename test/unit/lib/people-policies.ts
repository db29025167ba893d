import type { Template } from "aws-cdk-lib/assertions";
import { ofType, text } from "./deployed.ts";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
/** What is only known when it is deployed, by what it is here. */
const named =
  /\$\{(?:Tables|Ingress|AuditTrail|Functions|Networks?[a-z]+?)?(Records|State|People|Archive|Key|Api|Tickets|Tokens|DeadLetters|Log|AccessLog|[A-Za-z]+Logs)[0-9A-F]{8}(?:\.Arn)?\}/;
const short = (resource: string) =>
  resource
    .replace(/^arn:\$\{AWS::Partition\}:\w[\w-]*:(?:\$\{AWS::Region\})?:(?:\$\{AWS::AccountId\})?:/, "")
    .replace(named, "$1")
    .replace(/^\$\{([A-Za-z]+)\}$/, "$1");
const condition = (given: unknown) => (given === undefined ? "" : ` if ${JSON.stringify(given).replaceAll('"', "")}`);

/** The policies that a stack makes for people, by the names of their outputs. */
export const policiesOf = (template: Template): ReadonlyMap<string, readonly Statement[]> =>
  new Map(
    ofType(template, "AWS::IAM::ManagedPolicy").map(([id, { Properties }]) => [
      /^People([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id,
      (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement,
    ]),
  );

/** Each right in a line, with its resource, and the condition if there is one. */
export const rightsIn = (statements: readonly Statement[] = []): readonly string[] =>
  statements.flatMap(({ Action, Resource, Condition }) =>
    list(Action).flatMap((action) => list(Resource).map((on) => `${action} ${short(text(on))}${condition(Condition)}`)),
  );
