import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deployed, policyOf } from "./deployed.ts";
import { policiesOf, rightsIn } from "./people-policies.ts";

type Right = readonly [action: string, resource: string];
const policies = policiesOf(deployed({ policy: policyOf("clusters: { prod: { region: eu-west-1, eks: prod } }") }));

/** What follows an option, in the command that is typed. */
const after = (option: string, typed: string): string => new RegExp(`${option} "?([^\\s"]+)`).exec(typed)?.[1] ?? "";
const function_ = (action: string) => (typed: string) => [[`lambda:${action}`, `function:${after("--function-name", typed)}`]] as const;
const group = (typed: string): string => (after("--log-group-name", typed) === "/remediator/audit" ? "Log" : "unknown");
/** What AWS asks of whoever types a command. */
const asks: Readonly<Record<string, (typed: string) => readonly Right[]>> = {
  "cloudformation describe-stacks": (typed) => [["cloudformation:DescribeStacks", `stack/${after("--stack-name", typed)}/id`]],
  "cloudwatch describe-alarms": () => [["cloudwatch:DescribeAlarms", "alarm:*"]],
  "dynamodb query": () => [
    ["dynamodb:Query", "Records"],
    ["kms:Decrypt", "Key"],
  ],
  "lambda get-function-concurrency": function_("GetFunctionConcurrency"),
  "lambda get-function-configuration": function_("GetFunctionConfiguration"),
  "lambda list-event-source-mappings": () => [["lambda:ListEventSourceMappings", "*"]],
  "lambda put-function-concurrency": function_("PutFunctionConcurrency"),
  "logs describe-query-definitions": () => [["logs:DescribeQueryDefinitions", "*"]],
  "logs filter-log-events": (typed) => [["logs:FilterLogEvents", group(typed)]],
  "logs get-query-results": () => [["logs:GetQueryResults", "*"]],
  "logs start-query": (typed) => [["logs:StartQuery", group(typed)]],
  "logs tail": () => [["logs:FilterLogEvents", "log-group:remediator-FunctionsSweepLogs"]],
  "s3 cp": () => [
    ["s3:GetObject", "Archive/ab/abc"],
    ["kms:Decrypt", "Key"],
  ],
  "scheduler list-schedules": () => [["scheduler:ListSchedules", "*"]],
  "sns list-subscriptions-by-topic": () => [["sns:ListSubscriptionsByTopic", "Tickets"]],
  "sqs get-queue-attributes": () => [["sqs:GetQueueAttributes", "DeadLetters"]],
  "stepfunctions describe-execution": () => [["states:DescribeExecution", "execution:remediator:one-r1"]],
  "stepfunctions list-executions": () => [["states:ListExecutions", "stateMachine:remediator"]],
  "stepfunctions start-execution": () => [["states:StartExecution", "stateMachine:remediator"]],
};
/** For whoever deploys, as the page about alarms says. */
const deployers = ["dynamodbstreams get-shard-iterator", "lambda invoke", "sqs purge-queue"];

/** With which policies a page is followed. */
const readers: Readonly<Record<string, readonly string[]>> = {
  "docs/how-to/review-an-incident.md": ["Auditor"],
  "docs/how-to/stop-everything.md": ["Operator"],
  "docs/how-to/start-by-hand.md": ["Operator"],
  ...Object.fromEntries(globSync("docs/alarms/*.md").map((page) => [page, ["Operator", "Auditor"]])),
};
const typed = Object.entries(readers).flatMap(([page, names]) => {
  const text = readFileSync(page, "utf8").replaceAll(/\\\n\s*/g, "");
  // Also the command whose answer is part of another one.
  return [...text.matchAll(/(?<=^|[\s`("$])(?=(aws ([a-z0-9]+ [a-z0-9][a-z0-9-]*)[^`\n)]*))/gm)].map(
    ([, line = "", command = ""]) => [page, line, command, names] as const,
  );
});
const fits = (pattern: string, resource: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^$()|[\]{}\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(resource);
const may = (names: readonly string[], [action, resource]: Right): boolean =>
  names
    .flatMap((name) => rightsIn(policies.get(name)))
    .map((right) => right.split(" "))
    .some(([allowed, on = ""]) => allowed === action && fits(on, resource));

describe("who follows a page may do what it tells to type", () => {
  it("is seen by this test", () => {
    expect(typed.length).toBeGreaterThan(20);
    expect([...new Set(typed.map(([page]) => page))]).toEqual(
      expect.arrayContaining(Object.keys(readers).filter((page) => page.includes("how-to"))),
    );
    expect(may(["Auditor"], ["lambda:PutFunctionConcurrency", "function:remediator-EvictWorkload"])).toBe(false);
  });

  it.each(typed.filter(([page, , command]) => !(page.includes("alarms") && deployers.includes(command))))(
    "%s: %s",
    (_, line, command, names) => {
      const rights = asks[command]?.(line) ?? [["a command that this test knows", command] as const];
      expect(rights.filter((right) => !may(names, right))).toEqual([]);
    },
  );

  it("the output that the pages name says where the archive is", () =>
    expect(Object.keys(deployed().findOutputs("Archive"))).toEqual(["Archive"]));
});
