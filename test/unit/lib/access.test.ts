import type { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../adapters/policy/parse.ts";
import type { Policy } from "../../../kernel/types/index.ts";
import { accessStacks } from "../../../lib/access-stack.ts";
import { RemediatorStack } from "../../../lib/stack.ts";
import { anApp, ofType, policyOf, text } from "./deployed.ts";

const example = loadPolicy("docs/examples/remediator.yaml");
const goers = ["Diagnose", "Escalate", "Patrol", "EvictWorkload", "RolloutWorkload", "LabelNamespace"];
const home = 'home: { account: "111122223333", region: eu-west-1 }';

function stacks(policy: Policy, app: App = anApp()) {
  const main = new RemediatorStack(app, "remediator", { policy, ...(policy.home ? { env: policy.home } : {}) });
  return { main, made: accessStacks(app, main, policy) };
}
const templateOf = (policy: Policy, name: string): Template => {
  const stack = stacks(policy).made.find(({ stackName }) => stackName === name);
  if (!stack) throw new Error(`there is no stack ${name}`);
  return Template.fromStack(stack);
};
const entries = (template: Template) =>
  ofType(template, "AWS::EKS::AccessEntry").map(([, { Properties }]) => [
    Properties.ClusterName,
    typeof Properties.PrincipalArn === "string" ? Properties.PrincipalArn : text(Properties.PrincipalArn).replace(/[0-9A-F]{8}/, ""),
    (Properties.KubernetesGroups as readonly string[]).map((group) => group.replace("remediator:", "")).join(),
  ]);
const groups: Readonly<Record<string, string>> = {
  Diagnose: "reader",
  Escalate: "reader",
  Patrol: "reader",
  EvictWorkload: "reader,evict-workload",
  RolloutWorkload: "reader,rollout-workload",
  LabelNamespace: "reader,label-namespace",
};

describe("the stacks that let functions in elsewhere", () => {
  test("are one for each account and region with entries to make, there, and after the stack that they are about", () => {
    const { main, made } = stacks(example);
    expect(made.map(({ stackName, account, region }) => [stackName, account, region])).toEqual([
      ["remediator-access-111122223333-us-east-1", "111122223333", "us-east-1"],
      ["remediator-access-444455556666-eu-west-1", "444455556666", "eu-west-1"],
    ]);
    for (const stack of made) expect(stack.dependencies).toEqual([main]);
  });

  test("are none where all clusters are at home, or nobody says where that is", () => {
    expect(stacks(policyOf("clusters: { a: { region: eu-west-1, eks: a } }")).made).toEqual([]);
    expect(stacks(policyOf(`${home}\nclusters: { a: { region: eu-west-1, eks: a } }`)).made).toEqual([]);
  });
});

describe("in another region", () => {
  const template = templateOf(example, "remediator-access-111122223333-us-east-1");

  test("the functions' roles inside are let in by their names, each in its groups", () => {
    expect(entries(template)).toEqual(
      goers.map((name) => ["production", `arn:aws:iam::111122223333:role/remediator-${name}-inside-eu-west-1`, groups[name]]),
    );
  });

  test("and nothing else is made", () => expect(Object.keys(template.toJSON().Resources)).toHaveLength(goers.length));
});

describe("in another account", () => {
  const template = templateOf(example, "remediator-access-444455556666-eu-west-1");
  const roles = ofType(template, "AWS::IAM::Role").map(([, { Properties }]) => Properties);

  test.each(goers)("there is a role for %s, which its role inside may assume, with the external id, and nobody else", (name) => {
    expect(roles.find(({ RoleName }) => RoleName === `remediator-${name}`)?.AssumeRolePolicyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Condition: {
            ArnEquals: { "aws:PrincipalArn": [`arn:aws:iam::111122223333:role/remediator-${name}-inside-eu-west-1`] },
            StringEquals: { "sts:ExternalId": "payments-and-remediator" },
          },
        },
      ],
    });
  });

  test("these roles may ask EKS for the one cluster, and do nothing else on AWS", () => {
    const policies = ofType(template, "AWS::IAM::Policy").map(([, { Properties }]) => Properties);
    expect(policies).toHaveLength(goers.length);
    for (const { PolicyDocument } of policies) {
      expect((PolicyDocument as { Statement: unknown }).Statement).toEqual([
        { Effect: "Allow", Action: "eks:DescribeCluster", Resource: "arn:aws:eks:eu-west-1:444455556666:cluster/payments" },
      ]);
    }
  });

  test("the entries are these roles', each in its groups", () => {
    expect(entries(template)).toEqual(goers.map((name) => ["payments", `\${Rolesremediator${name}.Arn}`, groups[name]]));
  });

  test("without a role the functions' own are let in, from the network from which they come, and may do nothing there", () => {
    const network = "{ vpc: vpc-00000001, subnets: [subnet-00000001], securityGroups: [sg-00000001], availabilityZones: [eu-west-1a] }";
    const place = 'region: eu-west-1, eks: far, network: eu, account: "444455556666", endpoint: https://far, ca: YQ==';
    const policy = policyOf(`${home}\nnetworks: { eu: ${network} }\nclusters: { far: { ${place} } }`);
    const of = templateOf(policy, "remediator-access-444455556666-eu-west-1");
    expect(entries(of)).toEqual(
      goers.map((name) => ["far", `arn:aws:iam::111122223333:role/remediator-${name}-eu-inside-eu-west-1`, groups[name]]),
    );
    expect(Object.keys(of.toJSON().Resources)).toHaveLength(goers.length);
  });

  test("one role serves all clusters of its account and region, from wherever a function goes to them", () => {
    const network = "{ vpc: vpc-00000001, subnets: [subnet-00000001], securityGroups: [sg-00000001], availabilityZones: [eu-west-1a] }";
    const place = (more: string) => `{ region: eu-west-1, account: "444455556666", access: { role: "x-{function}" }, ${more} }`;
    const clusters = `{ a: ${place("eks: a")}, b: ${place("eks: b, network: eu")}, c: ${place("eks: c, endpoint: https://c, ca: YQ==")} }`;
    const of = templateOf(
      policyOf(`${home}\nnetworks: { eu: ${network} }\nclusters: ${clusters}`),
      "remediator-access-444455556666-eu-west-1",
    );
    expect(ofType(of, "AWS::IAM::Role")).toHaveLength(goers.length);
    const role = ofType(of, "AWS::IAM::Role").find(([, { Properties }]) => Properties.RoleName === "x-Diagnose")?.[1].Properties;
    expect(role?.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Condition: {
            ArnEquals: {
              "aws:PrincipalArn": [
                "arn:aws:iam::111122223333:role/remediator-Diagnose-eu-inside-eu-west-1",
                "arn:aws:iam::111122223333:role/remediator-Diagnose-inside-eu-west-1",
              ],
            },
          },
        },
      ],
    });
    expect(ofType(of, "AWS::EKS::AccessEntry")).toHaveLength(3 * goers.length);
    const asks = ofType(of, "AWS::IAM::Policy").map(
      ([, { Properties }]) => Properties.PolicyDocument as { Statement: { Resource: unknown }[] },
    );
    for (const { Statement } of asks) {
      expect(Statement[0]?.Resource).toEqual(["a", "b"].map((name) => `arn:aws:eks:eu-west-1:444455556666:cluster/${name}`));
    }
  });
});
