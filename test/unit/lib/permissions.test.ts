import { describe, expect, test } from "vitest";
import { capabilities } from "../../../lib/capabilities.ts";
import { deployed, ofType, text } from "./deployed.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

const clusters = [{ name: "prod", region: "eu-west-1" }];
const template = deployed({ clusters });
/** By function, all that its role may do. Logs and traces are everybody's. */
const policies = new Map(
  ofType(template, "AWS::IAM::Policy").flatMap(([id, { Properties }]) => {
    const [, name] = /^Functions(\w+?)RoleDefaultPolicy/.exec(id) ?? [];
    return name ? [[name, (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement] as const] : [];
  }),
);
const short = (resource: string) =>
  resource
    .replace(/^arn:\$\{AWS::Partition\}:\w+:(?:\$\{AWS::Region\}|(eu-west-1)):\$\{AWS::AccountId\}:/, "$1 ")
    .trimStart()
    .replace(/\$\{(?:Tables)?(Records|State|Archive|Tokens|Tickets|Key|AlertTopicQueue)[0-9A-F]{8}(?:\.Arn)?\}/, "$1");
const everybodys = /^(?:logs|xray|kms):/;
const mayOf = (name: string) =>
  (policies.get(name) ?? [])
    .flatMap(({ Action, Resource }) => list(Action).flatMap((action) => list(Resource).map((on) => `${action} ${short(text(on))}`)))
    .filter((line) => !everybodys.test(line))
    .sort();

const viewing = ["dynamodb:GetItem State", "dynamodb:Query Records", "dynamodb:Query State"];
const appending = ["dynamodb:GetItem Records", "dynamodb:PutItem Records", "dynamodb:UpdateItem State"];
const starting = ["states:DescribeExecution execution:remediator:*", "states:StartExecution stateMachine:remediator"];
const waking = ["states:SendTaskSuccess stateMachine:remediator"];
const puts = ["s3:PutObject Archive/*"];
const gets = ["s3:GetObject Archive/*", "s3:ListBucket Archive"];
const cluster = ["eks:DescribeCluster eu-west-1 cluster/prod"];
const writer = [...viewing, ...appending, "dynamodb:ConditionCheckItem State", "dynamodb:PutItem State", ...puts, ...cluster];

const ingesting = [...viewing, ...appending, "dynamodb:PutItem State", ...puts, ...starting, ...waking];

/** Written by hand: what is added to a contract is seen here. */
const expected: Readonly<Record<string, readonly string[]>> = {
  Authorize: ["secretsmanager:GetSecretValue Tokens"],
  Ingest: ingesting,
  Queued: [
    ...ingesting,
    ...["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map(
      (action) => `sqs:${action} AlertTopicQueue`,
    ),
  ],
  Decide: [...viewing, ...appending, "dynamodb:PutItem State", "dynamodb:DeleteItem State", ...gets, ...puts, ...starting],
  Diagnose: [...viewing, ...appending, ...puts, ...cluster],
  EvictWorkload: writer,
  RolloutWorkload: writer,
  LabelNamespace: writer,
  Escalate: [...viewing, ...appending, ...gets, ...puts, "sns:Publish Tickets", ...cluster],
  Ask: [...viewing, "dynamodb:PutItem State", ...waking, "sns:Publish Tickets"],
  Answer: [...viewing, ...appending, ...waking],
  Sweep: [...viewing, "dynamodb:UpdateItem State", ...starting],
  Patrol: [...ingesting, ...cluster],
  Provision: ["dynamodb:PutItem State"],
};

describe("each function may do what its contract needs, and nothing else", () => {
  test.each(Object.keys(expected))("%s", (name) => {
    expect(mayOf(name)).toEqual([...(expected[name] ?? [])].sort());
  });

  test("and there is no other function", () => {
    expect([...policies.keys()].sort()).toEqual(Object.keys(expected).sort());
  });
});

describe("no function", () => {
  const all = [...policies].flatMap(([name, statements]) => statements.map((statement) => [name, statement] as const));

  test("has a wildcard for an action, or for a resource but its traces", () => {
    const wide = all.filter(
      ([, { Action, Resource }]) => list(Action).some((action) => action.includes("*")) || text(list(Resource)[0]) === "*",
    );
    expect(wide.flatMap(([, { Action }]) => list(Action)).every((action) => action.startsWith("xray:Put"))).toBe(true);
  });

  test("can change what is recorded", () => {
    const onRecords = all.filter(([, { Resource }]) => list(Resource).some((one) => short(text(one)) === "Records"));
    const actions = new Set(onRecords.flatMap(([, { Action }]) => list(Action)));
    expect([...actions].sort()).toEqual(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]);
  });

  test("can set a stop switch, but the one that puts them there, which can write nothing else", () => {
    const writes = /dynamodb:(?:Put|Update|Delete)Item/;
    const onState = all.filter(
      ([, { Action, Resource }]) =>
        list(Action).some((action) => writes.test(action)) && list(Resource).some((one) => short(text(one)) === "State"),
    );
    expect(onState.length).toBeGreaterThan(1);
    for (const [name, { Condition }] of onState) {
      const only = name === "Provision" ? "ForAllValues:StringEquals" : "ForAllValues:StringNotEquals";
      expect(Condition).toEqual({ [only]: { "dynamodb:LeadingKeys": ["STOP"] } });
    }
  });

  test("can use the key but through a service that it uses", () => {
    const onKey = all.filter(([, { Action }]) => list(Action).some((action) => action.startsWith("kms:")));
    expect(onKey.map(([name]) => name).sort()).toEqual([...policies.keys()].sort());
    for (const [, { Condition }] of onKey) expect(Object.keys(Condition?.StringEquals ?? {})).toEqual(["kms:ViaService"]);
  });
});

describe("into the clusters", () => {
  const entries = ofType(template, "AWS::EKS::AccessEntry").map(([, { Properties }]) => Properties);
  const roleOf = (name: string) => entries.filter(({ PrincipalArn }) => text(PrincipalArn).startsWith(`\${Functions${name}Role`));

  test.each(["Diagnose", "Escalate", "Patrol"])("%s goes as the reader", (name) => {
    expect(roleOf(name)).toMatchObject([{ ClusterName: "prod", KubernetesGroups: ["remediator:reader"] }]);
  });

  test.each([
    ["EvictWorkload", "remediator:evict-workload"],
    ["RolloutWorkload", "remediator:rollout-workload"],
    ["LabelNamespace", "remediator:label-namespace"],
  ])("%s goes as a reader with hands of its own", (name, group) => {
    expect(roleOf(name)).toMatchObject([{ ClusterName: "prod", KubernetesGroups: ["remediator:reader", group] }]);
  });

  test("nobody else goes, and nobody by a policy of AWS", () => {
    expect(entries).toHaveLength(3 + capabilities.length);
    expect(entries.filter(({ AccessPolicies }) => AccessPolicies !== undefined)).toEqual([]);
  });

  test("entries are made only in the cluster's region", () => {
    const conditions = new Set(ofType(template, "AWS::EKS::AccessEntry").map(([, { Condition }]) => Condition));
    expect(conditions.size).toBe(1);
    expect(Object.entries(template.toJSON().Conditions)).toEqual([
      [[...conditions][0], { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] }],
    ]);
  });

  test("nobody goes where no cluster is named, or where others make the entries", () => {
    expect(ofType(deployed(), "AWS::EKS::AccessEntry")).toEqual([]);
    expect(ofType(deployed({ clusters, accessEntries: false }), "AWS::EKS::AccessEntry")).toEqual([]);
  });
});
