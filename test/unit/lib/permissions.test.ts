import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { partitions } from "../../../adapters/ledger/dynamodb/tables.ts";
import { loadPolicy } from "../../../adapters/policy/parse.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { deployed, ofType, policyOf, text } from "./deployed.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
type Statements = ReadonlyMap<string, readonly Statement[]>;

const policy = policyOf("clusters: { prod: { region: eu-west-1, eks: prod } }");
const template = deployed({ policy });
/** By function (with its network before it), all that one of its roles may do: the one it runs in, or the one inside. */
const policiesOf = (of: Template, role: "Role" | "Inside"): Statements =>
  new Map(
    ofType(of, "AWS::IAM::Policy").flatMap(([id, { Properties }]) => {
      const [, name] = new RegExp(`^Functions(\\w+?)${role}DefaultPolicy`).exec(id) ?? [];
      return name ? [[name, (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement] as const] : [];
    }),
  );
const policies = policiesOf(template, "Role");
const short = (resource: string) =>
  resource
    .replace(/^arn:(?:\$\{AWS::Partition\}|aws):\w+:(?:\$\{AWS::Region\}|([a-z0-9-]*)):(?:\$\{AWS::AccountId\}|111122223333):/, "$1 ")
    .trimStart()
    .replace(/\$\{TablesRecords[0-9A-F]{8}\.StreamArn\}/, "the stream of Records")
    .replace(
      /\$\{(?:Tables|AuditTrail)?(Records|State|People|Archive|Tokens|Tickets|DeadLetters|Key|AlertTopicQueue)[0-9A-F]{8}(?:\.Arn)?\}/,
      "$1",
    )
    .replace(/\$\{Functions(\w+?)Inside[0-9A-F]{8}\.Arn\}/, "$1 inside");
/** Logs and traces are everybody's. */
const everybodys = /^(?:logs|xray|kms):/;
const mayOf = (name: string, of: Statements = policies) =>
  (of.get(name) ?? [])
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) => list(Action).flatMap((action) => list(Resource).map((on) => `${action} ${short(text(on))}`)))
    .filter((line) => !everybodys.test(line))
    .sort();

const viewing = ["dynamodb:GetItem People", "dynamodb:GetItem State", "dynamodb:Query Records", "dynamodb:Query State"];
const appending = ["dynamodb:GetItem Records", "dynamodb:PutItem Records", "dynamodb:UpdateItem State"];
const starting = ["states:DescribeExecution execution:remediator:*", "states:StartExecution stateMachine:remediator"];
const waking = ["states:SendTaskSuccess stateMachine:remediator"];
const puts = ["s3:PutObject Archive/*"];
const gets = ["s3:GetObject Archive/*", "s3:ListBucket Archive"];
const diagnosing = [...viewing, ...appending, ...puts];
const escalating = [...viewing, ...appending, ...gets, ...puts, "sns:Publish Tickets"];
const writing = [...viewing, ...appending, "dynamodb:ConditionCheckItem People", "dynamodb:PutItem State", ...puts];
/** Into the role that nobody else may assume, and out to ask where the cluster is. */
const entering = (name: string, cluster = "prod") => [`eks:DescribeCluster eu-west-1 cluster/${cluster}`, `sts:AssumeRole ${name} inside`];

const ingesting = [...viewing, ...appending, "dynamodb:PutItem State", ...puts, ...starting, ...waking];
const fed = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((read) => `dynamodb:${read} the stream of Records`);

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
  Diagnose: [...diagnosing, ...entering("Diagnose")],
  EvictWorkload: [...writing, ...entering("EvictWorkload")],
  RolloutWorkload: [...writing, ...entering("RolloutWorkload")],
  LabelNamespace: [...writing, ...entering("LabelNamespace")],
  Escalate: [...escalating, ...entering("Escalate")],
  Ask: [...viewing, "dynamodb:PutItem State", ...waking, "sns:Publish Tickets"],
  Answer: [...viewing, ...appending, "dynamodb:PutItem People", ...waking],
  Sweep: [...viewing, "dynamodb:UpdateItem State", ...starting],
  Patrol: [...ingesting, ...entering("Patrol")],
  Provision: ["dynamodb:PutItem People"],
  Audit: [...viewing, ...puts, ...fed, "sqs:SendMessage DeadLetters"],
};

describe("each function may do what its contract needs, and nothing else", () => {
  test.each(Object.keys(expected))("%s", (name) => {
    expect(mayOf(name)).toEqual([...(expected[name] ?? [])].sort());
  });

  test("and there is no other function", () => {
    expect([...policies.keys()].sort()).toEqual(Object.keys(expected).sort());
  });
});

/** All that a writer does there: see the switches and, at the permit, that they are off and the answer is a person's. */
const peoples = ["dynamodb:ConditionCheckItem People", "dynamodb:GetItem People"];

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

  test("can say what people say, but the one that they say it to, and the one that puts the switches there", () => {
    const writes = /dynamodb:(?:Put|Update|Delete|BatchWrite)Item|dynamodb:PartiQL/;
    const speaks = all.filter(
      ([, { Effect, Action, Resource }]) =>
        Effect === "Allow" &&
        list(Action).some((action) => writes.test(action)) &&
        list(Resource).some((one) => short(text(one)) === "People"),
    );
    expect(speaks.map(([name]) => name).sort()).toEqual(["Answer", "Provision"]);
    for (const name of writers) expect(mayOf(name).filter((line) => line.endsWith(" People"))).toEqual(peoples);
  });

  test("can use the key but through a service that it uses", () => {
    const onKey = all.filter(([, { Action }]) => list(Action).some((action) => action.startsWith("kms:")));
    expect(onKey.map(([name]) => name).sort()).toEqual([...policies.keys()].sort());
    for (const [, { Condition }] of onKey) expect(Object.keys(Condition?.StringEquals ?? {})).toEqual(["kms:ViaService"]);
  });
});

/** Who may do one of the actions in a partition of the table: what is allowed there, less what is denied. */
function whoMay(actions: readonly string[], table: "State" | "People", partition: string): readonly string[] {
  const keyed = (condition: Statement["Condition"]) =>
    condition?.["ForAnyValue:StringLike"]?.["dynamodb:LeadingKeys"] as string | undefined;
  const holds = (effect: string, action: string) => (one: Statement) =>
    one.Effect === effect &&
    list(one.Action).includes(`dynamodb:${action}`) &&
    list(one.Resource).some((on) => short(text(on)) === table) &&
    (effect === "Allow" || list(keyed(one.Condition)).includes(partition));
  const mayOne = (statements: readonly Statement[]) => (action: string) =>
    statements.some(holds("Allow", action)) && !statements.some(holds("Deny", action));
  return [...policies].flatMap(([name, statements]) => (actions.some(mayOne(statements)) ? [name] : [])).sort();
}

const writers = ["EvictWorkload", "RolloutWorkload", "LabelNamespace"] as const;
const changes = ["PutItem", "UpdateItem", "DeleteItem"];
const ingestors = ["Ingest", "Patrol", "Queued"];

describe("in the tables, by the partition", () => {
  test.each([
    ["People", "STOP", ["Provision"]],
    ["People", "ANSWER#*", ["Answer"]],
    // Budget, cooldown, breaker, lease, pending write.
    ["State", "CLUSTER#*", ["Decide", ...writers]],
    ["State", "TOKEN#*", ["Ask", "Decide"]],
    ["State", "OPEN#*", ["Decide", ...ingestors]],
    ["State", "OPENED#*", ["Decide", ...ingestors]],
    ["State", "INCIDENT#*", ["Answer", "Decide", "Diagnose", "Escalate", "Sweep", ...ingestors, ...writers]],
  ] as const)("%s, %s is changed by its own functions, and by no other", (table, partition, own) => {
    expect(whoMay(changes, table, partition)).toEqual([...own].sort());
  });

  test("tokens that wake executions are read by those who wake, or ask whether one waits, and by no other", () => {
    expect(whoMay(["GetItem", "Query"], "State", "TOKEN#*")).toEqual(["Answer", "Decide", ...ingestors].sort());
  });

  test("these are all partitions that there are", () => {
    expect(partitions).toEqual({ state: ["OPEN#*", "OPENED#*", "INCIDENT#*", "CLUSTER#*", "TOKEN#*"], people: ["STOP", "ANSWER#*"] });
  });
});
const goers = ["Diagnose", "Escalate", "Patrol", ...writers] as const;
const groups: Readonly<Record<(typeof goers)[number], readonly string[]>> = {
  Diagnose: ["remediator:reader"],
  Escalate: ["remediator:reader"],
  Patrol: ["remediator:reader"],
  EvictWorkload: ["remediator:reader", "remediator:evict-workload"],
  RolloutWorkload: ["remediator:reader", "remediator:rollout-workload"],
  LabelNamespace: ["remediator:reader", "remediator:label-namespace"],
};

describe("a role inside", () => {
  const roles = ofType(template, "AWS::IAM::Role").filter(([id]) => /Inside[0-9A-F]{8}$/.test(id));

  test("is there for each function that goes to clusters, and for no other", () => {
    expect(roles.map(([id]) => id.replace(/^Functions(\w+)Inside.*$/, "$1")).sort()).toEqual([...goers].sort());
    expect(capabilities.every((capability) => goers.includes(capability))).toBe(true);
  });

  test.each(roles)("%s is assumed by its one function alone", (id, { Properties }) => {
    const name = id.replace(/^Functions(\w+)Inside.*$/, "$1");
    expect(Properties.AssumeRolePolicyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: { "Fn::GetAtt": [expect.stringMatching(new RegExp(`^Functions${name}Role[0-9A-F]{8}$`)), "Arn"] } },
        },
      ],
    });
    expect(text(Properties.RoleName)).toBe(`remediator-${name}-inside-\${AWS::Region}`);
  });

  test("may do nothing on AWS", () => {
    expect([...policiesOf(template, "Inside")]).toEqual([]);
    for (const [, { Properties }] of roles) expect(Properties).not.toHaveProperty("ManagedPolicyArns");
  });
});

describe("into the clusters", () => {
  const entries = ofType(template, "AWS::EKS::AccessEntry").map(([, { Properties }]) => Properties);

  test.each(goers)("%s goes as who it is inside, in its groups", (name) => {
    const own = entries.filter(({ PrincipalArn }) => short(text(PrincipalArn)) === `${name} inside`);
    expect(own).toMatchObject([{ ClusterName: "prod", KubernetesGroups: groups[name] }]);
  });

  test("nobody else goes, and nobody by a policy of AWS or under another name than its own", () => {
    expect(entries).toHaveLength(goers.length);
    for (const entry of entries) expect(Object.keys(entry).sort()).toEqual(["ClusterName", "KubernetesGroups", "PrincipalArn"]);
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
    expect(ofType(deployed({ policy, accessEntries: false }), "AWS::EKS::AccessEntry")).toEqual([]);
    const given = policyOf("clusters: { prod: { region: eu-west-1, eks: prod, access: { entries: given } } }");
    expect(ofType(deployed({ policy: given }), "AWS::EKS::AccessEntry")).toEqual([]);
  });
});

describe("with clusters of every sort", () => {
  const example = loadPolicy("docs/examples/remediator.yaml");
  const of = deployed({ policy: example, env: example.home ?? {} });
  const all = policiesOf(of, "Role");
  const interfaces = [
    "ec2:AssignPrivateIpAddresses *",
    "ec2:CreateNetworkInterface *",
    "ec2:DeleteNetworkInterface *",
    "ec2:DescribeNetworkInterfaces *",
    "ec2:DescribeSubnets *",
    "ec2:UnassignPrivateIpAddresses *",
  ];
  const secret = (name: string) => `secretsmanager:GetSecretValue eu-west-1 secret:remediator/${name}`;
  /** Outside of all networks: staging, production-us and payments, whose own account tells where it is. */
  const outside = (name: string) => [
    "eks:DescribeCluster eu-west-1 cluster/staging",
    "eks:DescribeCluster us-east-1 cluster/production",
    secret("mimir-a1B2c3"),
    secret("payments-d4E5f6"),
    `sts:AssumeRole ${name} inside`,
  ];
  /** In the network: production with its workspace, and ledger, which says where it is. */
  const workspace = "eu-west-1 workspace/ws-0a1b2c3d-0000-4000-8000-0123456789ab";
  const inside = (name: string) => [
    ...interfaces,
    `aps:ListAlertManagerAlerts ${workspace}`,
    `aps:ListAlertManagerSilences ${workspace}`,
    `aps:QueryMetrics ${workspace}`,
    "eks:DescribeCluster eu-west-1 cluster/production",
    `sts:AssumeRole production${name} inside`,
  ];
  /** Which machines are started and woken is a matter of its own. */
  const withoutStates = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("states:"));
  const withoutMachines = (name: string) => withoutStates(mayOf(name, all));
  const own = {
    Diagnose: diagnosing,
    Escalate: escalating,
    Patrol: ingesting,
    EvictWorkload: writing,
    RolloutWorkload: writing,
    LabelNamespace: writing,
  };

  test.each(goers)("%s outside of all networks may reach what is reached from there", (name) => {
    expect(withoutMachines(name)).toEqual([...withoutStates(own[name]), ...outside(name)].sort());
  });

  test.each(goers)("%s in the network may reach what is reached from there", (name) => {
    expect(withoutMachines(`production${name}`)).toEqual([...withoutStates(own[name]), ...inside(name)].sort());
  });

  test.each(goers)("the code of %s in the network may not touch its network's interfaces: only Lambda may", (name) => {
    const denied = all.get(`production${name}`)?.filter(({ Effect }) => Effect === "Deny");
    expect(denied?.filter(({ Action }) => list(Action).some((action) => action.startsWith("ec2:")))).toEqual([
      {
        Effect: "Deny",
        Action: interfaces.map((action) => action.replace(" *", "")),
        Resource: "*",
        Condition: {
          ArnEquals: { "lambda:SourceFunctionArn": `arn:aws:lambda:eu-west-1:111122223333:function:remediator-${name}-production` },
        },
      },
    ]);
  });

  test.each(goers)("%s goes on to its own role in the account that has one, and to no other", (name) => {
    const onward = policiesOf(of, "Inside");
    expect(mayOf(name, onward)).toEqual([`sts:AssumeRole arn:aws:iam::444455556666:role/remediator-${name}`]);
    expect(mayOf(`production${name}`, onward)).toEqual([]);
  });

  test("both machines are started and woken, and no other", () => {
    const machines = (action: string, kind: string, after = "") => [
      `states:${action} eu-west-1 ${kind}:remediator${after}`,
      `states:${action} eu-west-1 ${kind}:remediator-production${after}`,
    ];
    const starts = [...machines("DescribeExecution", "execution", ":*"), ...machines("StartExecution", "stateMachine")].sort();
    const wakes = machines("SendTaskSuccess", "stateMachine");
    const states = (name: string) => mayOf(name, all).filter((line) => line.startsWith("states:"));
    expect(states("Sweep")).toEqual(starts);
    expect(states("Decide")).toEqual(starts);
    expect(states("Ingest")).toEqual([...starts, ...wakes].sort());
    for (const name of ["Ask", "Answer"]) expect(states(name)).toEqual(wakes);
    // What the patrol finds goes in as any other alert does.
    for (const name of ["Patrol", "productionPatrol"]) expect(states(name)).toEqual(states("Ingest"));
    for (const name of goers.filter((goer) => goer !== "Patrol")) expect([...states(name), ...states(`production${name}`)]).toEqual([]);
  });

  test("entries are made for the functions that go there, in the stack's own region", () => {
    const made = ofType(of, "AWS::EKS::AccessEntry").map(([, { Properties, Condition }]) => ({ ...Properties, Condition }));
    const who = (cluster: string) =>
      made.flatMap(({ ClusterName, PrincipalArn }: Readonly<Record<string, unknown>>) =>
        ClusterName === cluster ? [short(text(PrincipalArn))] : [],
      );
    expect(who("staging")).toEqual(goers.map((name) => `${name} inside`));
    expect(who("production")).toEqual(goers.map((name) => `production${name} inside`));
    expect(made).toHaveLength(2 * goers.length);
    expect(made.filter(({ Condition }) => Condition !== undefined)).toEqual([]);
  });
});
