import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { type Definition, ways } from "../../lib/definition.ts";
import { architectureWithGenerated } from "../../lib/picture.ts";
import { renderedWorkflow } from "../../lib/rendered.ts";
import { capabilities } from "../../runbook/remedies/capabilities.ts";
import { remedies } from "../../runbook/remedies/index.ts";

/** The package has no types. */
const validate = createRequire(import.meta.url)("asl-validator") as (
  definition: unknown,
  options: { readonly checkPaths: boolean; readonly checkArn: boolean },
) => { readonly isValid: boolean; errorsText(): string };

const definition = JSON.parse(readFileSync("lib/workflow.asl.json", "utf8")) as Definition;
const states = Object.entries(definition.States);
const tasks = states.filter(([, { Type }]) => Type === "Task");
const all = ways(definition);
const into = (name: string) => all.filter(({ to }) => to === name);

describe("the rendered workflow", () => {
  test("is what the constructs make now (else run `node lib/render.ts`)", () => {
    expect(definition).toEqual(renderedWorkflow());
  });

  test("has its picture and its table in the docs as they are now (else run `node lib/render.ts`)", () => {
    const page = readFileSync("docs/architecture.md", "utf8");
    expect(architectureWithGenerated(page, definition)).toBe(page);
  });

  test("is valid", () => {
    const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: true });
    expect(errorsText()).toBe("");
    expect(isValid).toBe(true);
  });

  test("has a state for each capability of the roster, and no other that writes", () => {
    const calledByRoster = new Set(Object.values(remedies).map(({ by }) => by));
    expect(new Set(capabilities)).toEqual(calledByRoster);
    const others = ["Decide", "Diagnose", "Ask", "Escalate"];
    expect(tasks.map(([name]) => name).sort()).toEqual([...calledByRoster, ...others].sort());
  });

  test("calls another function in each task", () => {
    const functions = tasks.map(([, state]) => JSON.stringify(state).match(/\$\{(\w+)\}/g));
    expect(functions).toEqual(tasks.map(([name]) => [`\${${name}Arn}`]));
  });
});

describe("its ways", () => {
  test.each(capabilities)("to %s lead only through Route, and so from Decide", (name) => {
    expect(into(name)).toEqual([{ from: "Route", to: name, by: "choice" }]);
    expect(into("Route")).toEqual([{ from: "Decide", to: "Route", by: "next" }]);
  });

  test("begin at Decide", () => {
    expect(definition.StartAt).toBe("Decide");
  });

  test("lead back to Decide from everywhere but the ends, whatever happens", () => {
    const elsewhere = all.filter(({ from, to }) => to !== "Decide" && from !== "Route" && from !== "Decide");
    expect(elsewhere).toEqual([{ from: "Escalate", to: "Stranded", by: "catch" }]);
  });

  test("end in Done, Refused and Stranded alone", () => {
    const ends = states.filter(([name, { End }]) => End || !all.some(({ from }) => from === name));
    expect(ends.map(([name, { Type }]) => [name, Type])).toEqual([
      ["Stranded", "Fail"],
      ["Done", "Succeed"],
      ["Refused", "Fail"],
    ]);
    for (const name of ["Done", "Refused"]) expect(into(name)).toEqual([{ from: "Route", to: name, by: "choice" }]);
  });

  test("reach every state, and lead to no other", () => {
    const reached = new Set([definition.StartAt]);
    for (const name of reached) for (const { from, to } of all) if (from === name) reached.add(to);
    expect([...reached].sort()).toEqual(Object.keys(definition.States).sort());
  });

  test("go from Route to where Decide's answer says, by its name", () => {
    const { Choices = [], Default } = definition.States.Route ?? { Type: "Choice" };
    expect(Choices.map((choice) => choice.Variable)).toEqual(Choices.map(() => "$.to"));
    expect(Choices.map((choice) => choice.StringEquals)).toEqual(Choices.map((choice) => choice.Next));
    expect(Default).toBe("Stranded");
  });
});

describe("each task", () => {
  test.each(tasks)("%s has a time in which it ends, and catches everything", (_, { TimeoutSeconds, Catch = [] }) => {
    expect(TimeoutSeconds).toBeGreaterThan(0);
    expect(Catch.at(-1)).toMatchObject({ ErrorEquals: ["States.ALL"], ResultPath: "$.error" });
  });

  test("but Decide keeps the state as it is: what a function answers is dropped", () => {
    const replacing = tasks.filter(([, { ResultPath }]) => ResultPath !== null);
    expect(replacing.map(([name, { ResultPath }]) => [name, ResultPath])).toEqual([["Decide", undefined]]);
  });

  test("is repeated where Lambda had no room for the call: it never ran, so nothing is done twice", () => {
    for (const [, { Retry = [] }] of tasks) expect(Retry[0]?.ErrorEquals).toEqual(["Lambda.TooManyRequestsException"]);
  });

  test("is repeated after any other error only where that does no harm: never one that writes, reads or asks", () => {
    const others = tasks.filter(([, { Retry = [] }]) => Retry.length > 1);
    expect(others.map(([name, { Retry = [] }]) => [name, Retry.slice(1).map(({ ErrorEquals }) => ErrorEquals)])).toEqual([
      ["Decide", [["States.ALL"]]],
      ["Escalate", [["States.ALL"]]],
    ]);
  });

  test("that asks takes its own end of time for no fault", () => {
    expect(definition.States.Ask?.Catch?.[0]).toEqual({ ErrorEquals: ["States.Timeout"], ResultPath: null, Next: "Decide" });
  });
});

test("no state is named like a word of the language, which the local engine does not take", () => {
  expect(Object.keys(definition.States)).not.toContain("Next");
});

test("an execution ends before it can have more events than it may", () => {
  const { TimeoutSeconds = Number.POSITIVE_INFINITY } = definition;
  const lookEachSeconds = 30;
  // Decide, Route, Settle, Decide, Route, Diagnose; a task has five events, Choice and Wait have two.
  const eventsOfTurn = 5 + 2 + 2 + 5 + 2 + 5;
  expect((TimeoutSeconds / lookEachSeconds) * eventsOfTurn).toBeLessThan(25_000);
});
