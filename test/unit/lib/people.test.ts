import { describe, expect, test } from "vitest";
import { functionIds, runtime } from "../../../lib/function-name.ts";
import { policyWith } from "../../../local/stack/policies.ts";
import { deployed, ofType, policyOf, text } from "./deployed.ts";
import { policiesOf, rightsIn } from "./people-policies.ts";

const template = deployed({ policy: policyOf("clusters: { prod: { region: eu-west-1, eks: prod } }") });
const policies = policiesOf(template);
const mayOf = (name: string) => rightsIn(policies.get(name));

const noTokens = "if {ForAllValues:StringNotLike:{dynamodb:LeadingKeys:[TOKEN#*]}}";
const via = (service: string) => `if {StringEquals:{kms:ViaService:{Fn::Join:[,[${service}.,{Ref:AWS::Region},.,{Ref:AWS::URLSuffix}]]}}}`;
const only = (key: string) => `if {ForAllValues:StringLike:{dynamodb:LeadingKeys:[${key}]}}`;

/** Written by hand: what is added is seen here. */
const finds = ["cloudformation:DescribeStacks stack/remediator/*"];
const looks = [
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
  Approver: [...looks, "execute-api:Invoke Api/*/POST/approvals/*"],
  Operator: [
    ...looks,
    `dynamodb:PutItem People ${only("STOP")}`,
    `dynamodb:PutItem State ${only("CLUSTER#*")}`,
    `kms:Encrypt Key ${via("dynamodb")}`,
    `kms:GenerateDataKey Key ${via("dynamodb")}`,
    "states:StartExecution stateMachine:remediator",
    "states:ListExecutions stateMachine:remediator",
    "states:DescribeExecution execution:remediator:*",
    ...writers.map((name) => `lambda:PutFunctionConcurrency function:remediator-${name}`),
    ...writers.map((name) => `lambda:GetFunctionConcurrency function:remediator-${name}`),
    "lambda:GetFunctionConfiguration function:remediator-*",
    ...["Diagnose", "Escalate", ...writers].map((name) => `lambda:InvokeFunction function:remediator-${name}`),
    "sns:ListSubscriptionsByTopic Tickets",
    "sqs:GetQueueAttributes DeadLetters",
    "lambda:GetAccountSettings *",
    "lambda:ListFunctions *",
    "lambda:ListEventSourceMappings *",
    "eks:DescribeCluster *",
    "scheduler:ListSchedules *",
  ],
  Auditor: [
    ...looks,
    "s3:GetObject Archive/*",
    "s3:ListBucket Archive",
    `kms:Decrypt Key ${via("s3")}`,
    ...["StartQuery", "FilterLogEvents", "GetLogEvents"].flatMap((action) =>
      ["Log", "AccessLog", "log-group:remediator-Functions*"].map((log) => `logs:${action} ${log}`),
    ),
    ...["GetQueryResults", "StopQuery", "DescribeQueryDefinitions", "DescribeLogGroups"].map((action) => `logs:${action} *`),
    "cloudwatch:GetDashboard dashboard/remediator",
    "cloudwatch:DescribeAlarms alarm:*",
    "cloudwatch:ListDashboards *",
    "cloudwatch:GetMetricData *",
  ],
  Senders: [
    ...["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"].map((action) => `secretsmanager:${action} Tokens`),
    `kms:Decrypt Key ${via("secretsmanager")}`,
    `kms:GenerateDataKey Key ${via("secretsmanager")}`,
  ],
};

/** As long as it will be, with names as long as CloudFormation makes them. */
const lengthOf = (document: unknown): number => {
  const written = JSON.stringify(document, (_, value) => (isText(value) ? text(value) : value));
  const known = { Partition: "aws", Region: "ap-southeast-2", AccountId: "123456789012", URLSuffix: "amazonaws.com" };
  return Object.entries(known)
    .reduce((all, [name, value]) => all.replaceAll(`\${AWS::${name}}`, value), written)
    .replaceAll(/\$\{\w+\.Arn\}/g, "x".repeat(120))
    .replaceAll(/\$\{\w+\}/g, "x".repeat(80)).length;
};
const isText = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ["Fn::Join", "Fn::GetAtt", "Ref"].some((name) => name in value);

describe("people may do what their policy says, and nothing else", () => {
  test.each(Object.keys(expected))("%s", (name) => {
    expect(mayOf(name).toSorted()).toEqual([...finds, ...(expected[name] ?? [])].sort());
  });

  test("there are no others, they are attached to nobody, and the stack says where they are", () => {
    expect([...policies.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [, { Properties }] of ofType(template, "AWS::IAM::ManagedPolicy"))
      for (const to of ["Roles", "Users", "Groups"]) expect(Properties[to]).toBeUndefined();
    for (const name of Object.keys(expected)) expect(Object.keys(template.findOutputs(name))).toEqual([name]);
  });

  test("nobody changes what is recorded or archived, and the list of senders is for who has Senders", () => {
    const all = [...policies.keys()].flatMap((name) => mayOf(name).map((right) => ({ name, right })));
    expect(all.filter(({ right }) => /(Records|Archive)/.test(right) && !/:(Get|Query|List)/.test(right))).toEqual([]);
    const touching = all.filter(({ right }) => right.startsWith("secretsmanager:") || right.includes("Tokens"));
    expect(new Set(touching.map(({ name }) => name))).toEqual(new Set(["Senders"]));
  });

  /** Of no such right is a command told so: the archive and the way of answers have their own words, and for the rest people use other tools. */
  const untold = /^(?:s3|execute-api|logs|cloudwatch|scheduler|sqs):/;

  test("who lacks a right is told a policy that has it; where several have it, that there are policies", () => {
    for (const name of policies.keys())
      for (const right of mayOf(name)) {
        const [action = ""] = right.split(" ");
        const [, output] = /output (\w+) names/.exec(policyWith(action)) ?? [];
        const having = [...policies.keys()].filter((one) => mayOf(one).some((other) => other.startsWith(`${action} `)));
        if (untold.test(action)) expect(output, action).toBeUndefined();
        else if (output) expect(having, action).toContain(output);
        else expect(having.length > 1 || action.startsWith("kms:"), action).toBe(true);
      }
    expect(policyWith("secretsmanager:GetSecretValue")).toBe("the stack's output Senders names the policy that has it");
  });

  test("nobody is shown a token that wakes an execution: not in the table, and not in the history of an execution, where an Ask has it", () => {
    const all = [...policies.keys()].flatMap(mayOf);
    expect(all.filter((right) => / State\b/.test(right) && /:(Get|Query|Scan)/.test(right) && !right.endsWith(noTokens))).toEqual([]);
    expect(all.filter((right) => right.startsWith("states:GetExecutionHistory"))).toEqual([]);
  });

  test("the Auditor reads the logs of all functions, and none of a stack in the same account that is called remediator-production", () => {
    const [pattern = ""] = mayOf("Auditor").flatMap((right) => /^logs:GetLogEvents log-group:(.+)\*$/.exec(right)?.[1] ?? []);
    // CloudFormation calls what has no name of its own after stack and logical id.
    const groups = ofType(template, "AWS::Logs::LogGroup").flatMap(([id, { Properties }]) => (Properties.LogGroupName ? [] : [id]));
    expect(groups).toHaveLength(functionIds.length);
    expect(groups.filter((id) => !`remediator-${id}`.startsWith(pattern))).toEqual([]);
    expect(groups.filter((id) => `remediator-production-${id}`.startsWith(pattern))).toEqual([]);
  });

  test("each fits into what AWS takes of a policy, with two networks beside", () => {
    const place = (network: string) => `{ region: eu-west-1, eks: ${network}, network: ${network} }`;
    const network = [
      "{ vpc: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0], availabilityZones: [eu-west-1a]",
      "securityGroups: [sg-0123456789abcdef0] }",
    ].join(", ");
    const policy = `clusters: { a: ${place("one")}, b: ${place("two")} }\nnetworks: { one: ${network}, two: ${network} }`;
    const wide = deployed({ called: "remediator-production", policy: policyOf(policy) });
    for (const [, { Properties }] of ofType(wide, "AWS::IAM::ManagedPolicy"))
      expect.soft(lengthOf(Properties.PolicyDocument)).toBeLessThan(6144);
  });
});

test("whoever looks at the functions from outside knows all of them, and what they run on", () => {
  const lambdas = ofType(template, "AWS::Lambda::Function").map(([, { Properties }]) => Properties);
  expect(lambdas.map(({ FunctionName }) => FunctionName).sort()).toEqual(functionIds.map((id) => `remediator-${id}`).sort());
  expect(new Set(lambdas.map(({ Runtime }) => Runtime))).toEqual(new Set([runtime]));
});
