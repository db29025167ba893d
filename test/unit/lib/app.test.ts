import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import recommended from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };
import { expect, onTestFinished, test } from "vitest";
import { parsePolicy } from "../../../adapters/policy/parse.ts";

const cdkJson = JSON.parse(readFileSync("cdk.json", "utf8")) as {
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "app-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** As the `cdk` command runs it in the folder, but without bundling. */
function synth(context: Readonly<Record<string, unknown>>, cwd = process.cwd()) {
  const out = folder();
  const [command = "", ...args] = cdkJson.app.split(" ").map((part) => resolve(part));
  const env = { PATH: process.env.PATH, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }) };
  const { status, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  const stacks = () => readdirSync(out).flatMap((file) => (file.endsWith(".template.json") ? [file.replace(".template.json", "")] : []));
  return { status, stderr, template: join(out, "remediator.template.json"), stacks };
}

test("the app runs on the Node that comes with the packages, and makes the stack's template; without a policy it says in a line which it goes by", {
  timeout: 90_000,
}, () => {
  const { status, stderr, template } = synth({ "aws:cdk:bundling-stacks": [] });
  expect(stderr).toBe(
    "there is no remediator.yaml here: the policy as shipped is used, which only observes and names no cluster; docs/examples/remediator.yaml is one to start from\n",
  );
  expect(status).toBe(0);
  expect(Object.keys(JSON.parse(readFileSync(template, "utf8")).Resources).length).toBeGreaterThan(50);
});

test("what it says of the policy as shipped is so", () => {
  const { mode, clusters } = parsePolicy("", { file: "the policy as shipped" });
  expect(mode).toEqual({ default: "observe", clusters: {}, scenarios: {}, remedies: {} });
  expect(clusters).toEqual({});
  expect(existsSync("docs/examples/remediator.yaml")).toBe(true);
});

test("a remediator.yaml that is there is gone by, without a word of another", () => {
  const cwd = folder();
  writeFileSync(join(cwd, "remediator.yaml"), "limits:\n  changesPerHour: many\n");
  const { status, stderr } = synth({}, cwd);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^remediator\.yaml:2:19: limits\.changesPerHour .*\n$/);
});

test("a policy that is wrong is one clear line, and no template", () => {
  const policy = join(folder(), "policy.yaml");
  writeFileSync(policy, "limits:\n  changesPerHour: many\n");
  const { status, stderr, template } = synth({ policy });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^\S+policy\.yaml:2:19: limits\.changesPerHour must be a whole number from 0 on.*\n$/);
  expect(existsSync(template)).toBe(false);
});

test("the example makes its three stacks, without a word", { timeout: 90_000 }, () => {
  const { status, stderr, stacks } = synth({ "aws:cdk:bundling-stacks": [], policy: "docs/examples/remediator.yaml" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stacks().sort()).toEqual(["remediator", "remediator-access-111122223333-us-east-1", "remediator-access-444455556666-eu-west-1"]);
});

test("a name that AWS would not take is one clear line, and no template", { timeout: 90_000 }, () => {
  const { status, stderr, template } = synth({ "aws:cdk:bundling-stacks": [], stack: "s".repeat(50) });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^the role s+-Diagnose-inside-<region> would have 81 characters in its name, and AWS takes 64: give the stack .*\n$/,
  );
  expect(existsSync(template)).toBe(false);
});

test("all flags that CDK recommends are set as it recommends them", () => {
  expect(cdkJson.context).toMatchObject(recommended);
});
