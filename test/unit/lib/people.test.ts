import { describe, expect, test } from "vitest";
import { functionIds, runtime } from "../../../lib/function-name.ts";
import { deployed, ofType, policyOf, text } from "./deployed.ts";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

const template = deployed({ policy: policyOf("clusters: { prod: { region: eu-west-1, eks: prod } }") });
const policies = new Map(
  ofType(template, "AWS::IAM::ManagedPolicy").map(([id, { Properties }]) => [
    /^People([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id,
    (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement,
  ]),
);
const short = (resource: string) =>
  resource
    .replace(/^arn:\$\{AWS::Partition\}:\w[\w-]*:\$\{AWS::Region\}:\$\{AWS::AccountId\}:/, "")
    .replace(/\$\{(?:Tables|Ingress)?(Records|State|People|Archive|Key|Api|Tickets)[0-9A-F]{8}(?:\.Arn)?\}/, "$1");
const condition = (given: unknown) => (given === undefined ? "" : ` if ${JSON.stringify(given).replaceAll('"', "")}`);
/** Each right in a line, with its resource, and the condition if there is one. */
const mayOf = (name: string) =>
  (policies.get(name) ?? []).flatMap(({ Action, Resource, Condition }) =>
    list(Action).flatMap((action) => list(Resource).map((on) => `${action} ${short(text(on))}${condition(Condition)}`)),
  );

const noTokens = "if {ForAllValues:StringNotLike:{dynamodb:LeadingKeys:[TOKEN#*]}}";
const via = (service: string) => `if {StringEquals:{kms:ViaService:{Fn::Join:[,[${service}.,{Ref:AWS::Region},.,{Ref:AWS::URLSuffix}]]}}}`;
const only = (key: string) => `if {ForAllValues:StringLike:{dynamodb:LeadingKeys:[${key}]}}`;

/** Written by hand: what is added is seen here. */
const looks = [
  "cloudformation:DescribeStacks stack/remediator/*",
  "lambda:GetFunctionConfiguration function:remediator-Decide",
  "dynamodb:GetItem Records",
  "dynamodb:Query Records",
  "dynamodb:GetItem People",
  "dynamodb:Query People",
  `dynamodb:GetItem State ${noTokens}`,
  `dynamodb:Query State ${noTokens}`,
  `kms:Decrypt Key ${via("dynamodb")}`,
];
const writers = ["EvictWorkload", "RolloutWorkload", "LabelNamespace"];
const expected: Readonly<Record<string, readonly string[]>> = {
  Approver: ["execute-api:Invoke Api/*/POST/approvals/*"],
  Operator: [
    `dynamodb:PutItem People ${only("STOP")}`,
    `dynamodb:PutItem State ${only("CLUSTER#*")}`,
    `kms:Encrypt Key ${via("dynamodb")}`,
    `kms:GenerateDataKey Key ${via("dynamodb")}`,
    "states:StartExecution stateMachine:remediator",
    "states:DescribeExecution execution:remediator:*",
    ...writers.map((name) => `lambda:PutFunctionConcurrency function:remediator-${name}`),
    ...writers.map((name) => `lambda:GetFunctionConcurrency function:remediator-${name}`),
    ...functionIds.filter((name) => name !== "Decide").map((name) => `lambda:GetFunctionConfiguration function:remediator-${name}`),
    ...["Diagnose", "Escalate", ...writers].map((name) => `lambda:InvokeFunction function:remediator-${name}`),
    "sns:ListSubscriptionsByTopic Tickets",
    "lambda:GetAccountSettings *",
    "lambda:ListFunctions *",
    "eks:DescribeCluster *",
  ],
  Auditor: [
    "s3:GetObject Archive/*",
    "s3:ListBucket Archive",
    `kms:Decrypt Key ${via("s3")}`,
    ...["StartQuery", "FilterLogEvents", "GetLogEvents"].flatMap((action) => [
      `logs:${action} log-group:/remediator/audit`,
      `logs:${action} log-group:/remediator/audit:*`,
    ]),
    "logs:GetQueryResults *",
    "logs:StopQuery *",
  ],
};

describe("people may do what their policy says, and nothing else", () => {
  test.each(Object.keys(expected))("%s", (name) => {
    expect(mayOf(name).toSorted()).toEqual([...looks, ...(expected[name] ?? [])].sort());
  });

  test("there are no others, they are attached to nobody, and the stack says where they are", () => {
    expect([...policies.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [, { Properties }] of ofType(template, "AWS::IAM::ManagedPolicy"))
      for (const to of ["Roles", "Users", "Groups"]) expect(Properties[to]).toBeUndefined();
    for (const name of Object.keys(expected)) expect(Object.keys(template.findOutputs(name))).toEqual([name]);
  });

  test("nobody changes what is recorded or archived, or reads the tokens of senders", () => {
    const all = [...policies.keys()].flatMap(mayOf);
    expect(all.filter((line) => /(Records|Archive)/.test(line) && !/:(Get|Query|List)/.test(line))).toEqual([]);
    expect(all.filter((line) => line.startsWith("secretsmanager:"))).toEqual([]);
  });
});

test("whoever looks at the functions from outside knows all of them, and what they run on", () => {
  const lambdas = ofType(template, "AWS::Lambda::Function").map(([, { Properties }]) => Properties);
  expect(lambdas.map(({ FunctionName }) => FunctionName).sort()).toEqual(functionIds.map((id) => `remediator-${id}`).sort());
  expect(new Set(lambdas.map(({ Runtime }) => Runtime))).toEqual(new Set([runtime]));
});
