import { readFileSync } from "node:fs";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { insideRoleName } from "../../../lib/entering-function.ts";
import { functionName } from "../../../lib/function-name.ts";
import { NameTooLong } from "../../../lib/names.ts";
import { machineName } from "../../../lib/state-machine.ts";
import { deployed, ofType, policyOf, type Resource, text } from "./deployed.ts";

const network = (digit: number) =>
  `{ vpc: vpc-0000000${digit}, subnets: [subnet-0000000${digit}, subnet-1000000${digit}], securityGroups: [sg-0000000${digit}], availabilityZones: [eu-west-1a, eu-west-1b] }`;
/** One cluster outside of all networks, two in one, one in another; a network that no cluster names. */
const policy = policyOf(`
clusters:
  open: { region: eu-west-1, eks: open }
  one: { region: eu-west-1, eks: one, network: eu }
  two: { region: eu-west-1, eks: two, network: eu }
  three: { region: eu-west-1, eks: three, network: us }
networks: { eu: ${network(1)}, us: ${network(2)}, spare: ${network(3)} }`);
const template = deployed({ policy });
const bare = deployed({ policy: policyOf("clusters: { open: { region: eu-west-1, eks: open } }") });

const shared = ["Authorize", "Ingest", "Decide", "Queued", "Ask", "Answer", "Sweep", "Provision"];
const goers = ["Diagnose", "Escalate", "Patrol", "EvictWorkload", "RolloutWorkload", "LabelNamespace"];
const lambdas = (of: Template) =>
  new Map(ofType(of, "AWS::Lambda::Function").map(([, { Properties }]) => [String(Properties.FunctionName), Properties]));
const machines = (of: Template) =>
  new Map(ofType(of, "AWS::StepFunctions::StateMachine").map(([, { Properties }]) => [String(Properties.StateMachineName), Properties]));

describe("functions", () => {
  test("that go to clusters are there outside of all networks and in each that a cluster names, all others once", () => {
    const names = [
      ...shared.map((name) => `remediator-${name}`),
      ...goers.flatMap((name) => [`remediator-${name}`, `remediator-${name}-eu`, `remediator-${name}-us`]),
    ];
    expect([...lambdas(template).keys()].sort()).toEqual(names.sort());
  });

  test.each(goers)("%s in a network is in its subnets and security groups, and is the same else", (name) => {
    const [out, eu, us] = ["", "-eu", "-us"].map((after) => lambdas(template).get(`remediator-${name}${after}`));
    expect(out).not.toHaveProperty("VpcConfig");
    expect(eu?.VpcConfig).toEqual({ SubnetIds: ["subnet-00000001", "subnet-10000001"], SecurityGroupIds: ["sg-00000001"] });
    expect(us?.VpcConfig).toEqual({ SubnetIds: ["subnet-00000002", "subnet-10000002"], SecurityGroupIds: ["sg-00000002"] });
    for (const same of ["Handler", "Runtime", "Timeout", "MemorySize", "ReservedConcurrentExecutions", "Description"]) {
      expect(eu?.[same]).toEqual(out?.[same]);
    }
  });

  test("outside of all networks stay outside, with what they had", () => {
    for (const name of shared) expect(lambdas(template).get(`remediator-${name}`)).not.toHaveProperty("VpcConfig");
  });

  test("each have a role of their own to run in, and one to be inside of clusters", () => {
    const roles = [...lambdas(template).values()].map(({ Role }) => text(Role));
    expect(new Set(roles).size).toBe(roles.length);
    const inside = [...lambdas(template).values()].flatMap(
      ({ Environment }) => (Environment as { Variables?: { INSIDE_ROLE?: unknown } } | undefined)?.Variables?.INSIDE_ROLE ?? [],
    );
    expect(new Set(inside.map(text)).size).toBe(3 * goers.length);
  });
});

describe("the workflow", () => {
  const rendered = JSON.parse(readFileSync("lib/workflow.asl.json", "utf8"));

  test("is there once for each, by the name from which functions derive it", () => {
    expect([...machines(template).keys()].sort()).toEqual(["remediator", "remediator-eu", "remediator-us"]);
  });

  test.each([
    ["remediator", ""],
    ["remediator-eu", "eu"],
    ["remediator-us", "us"],
  ])("%s is the rendered one, with the functions of its network, and those that all share", (name, of) => {
    const states = text(machines(template).get(name)?.DefinitionString)
      .replaceAll(/(?<=\$\{)Functions(\w+?)Function[0-9A-F]{8}\.Arn(?=\})/g, "$1Arn")
      .replaceAll(/\$\{AWS::Partition\}/g, "aws");
    const placed = goers.reduce((so, goer) => so.replaceAll(`\${${of}${goer}Arn}`, `\${${goer}Arn}`), states);
    expect(JSON.parse(placed)).toEqual(rendered);
  });

  test("logs into a group of its own name", () => {
    const groups = ofType(template, "AWS::Logs::LogGroup").map(([, { Properties }]) => Properties.LogGroupName);
    for (const name of machines(template).keys()) expect(groups).toContain(`/aws/vendedlogs/states/${name}`);
  });

  test("is not made for a network that no cluster names", () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/spare|vpc-00000003|subnet-00000003/);
  });
});

test("the same policy gives the same template", () => {
  expect(JSON.stringify(deployed({ policy }).toJSON())).toBe(JSON.stringify(template.toJSON()));
});

test("nothing is looked up, and no VPC, subnet or security group is made", () => {
  const made = Object.values(template.toJSON().Resources as Record<string, Resource>).map(({ Type }) => Type);
  expect(made.filter((type) => type.startsWith("AWS::EC2"))).toEqual([]);
});

test("a network that comes later changes nothing about what is outside of it but who may start what", () => {
  const before = bare.toJSON().Resources as Record<string, Resource>;
  const after = template.toJSON().Resources as Record<string, Resource>;
  const same = /^AWS::(?!IAM::Policy$)/;
  for (const [id, resource] of Object.entries(before)) {
    if (id.startsWith("StopSwitches") || !same.test(resource.Type)) expect(after).toHaveProperty(id);
    else if (resource.Type !== "AWS::Lambda::Function") expect([id, after[id]]).toEqual([id, resource]);
    else expect(after[id]?.Properties).toMatchObject({ FunctionName: resource.Properties.FunctionName, Role: resource.Properties.Role });
  }
});

describe("a name", () => {
  test("of 64 characters is a function's, and none longer", () => {
    const [stack, id] = ["s".repeat(48), "RolloutWorkload"];
    expect(functionName(stack, id)).toHaveLength(64);
    expect(() => functionName(`${stack}s`, id)).toThrow(
      new NameTooLong(
        `the function ${stack}s-${id} would have 65 characters in its name, and AWS takes 64: give the stack (-c stack=NAME) or the network (in the policy) a shorter one`,
      ),
    );
  });

  test("of 80 characters is a machine's, and none longer", () => {
    expect(machineName("s".repeat(77), "eu")).toHaveLength(80);
    expect(() => machineName("s".repeat(78), "eu")).toThrow(
      /^the state machine s+-eu would have 81 characters in its name, and AWS takes 80/,
    );
  });

  test("of a role inside leaves room for the longest region", () => {
    expect(insideRoleName("s".repeat(26), "RolloutWorkload", "ap-southeast-2")).toHaveLength(64);
    expect(() => insideRoleName("s".repeat(27), "RolloutWorkload", "eu-west-1")).toThrow(
      /^the role s+-RolloutWorkload-inside-<region> would have 65 characters in its name, and AWS takes 64/,
    );
  });

  test("that is too long is said before anything is made", () => {
    expect(() => deployed({ policy, called: "a-name-that-leaves-room-for-nothing" })).toThrow(NameTooLong);
  });
});
