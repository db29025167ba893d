import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { command } from "../../../runbook/shell.ts";

it("a value is one word to a real shell, whatever is in it", () => {
  const text = fc.string({ unit: "binary", minLength: 0, maxLength: 40 }).filter((one) => !one.includes("\0"));
  const all = fc.sample(fc.oneof(text, fc.constantFrom("$(id)", "`id`", "a; b", "it's", "''", "", "a\nb", "&& c", "~", "*", "-n")), 200);
  const line = all.map((one) => command`printf '%s\\0' ${one}`).join("\n");
  expect(execFileSync("sh", ["-c", line], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(all.map((one) => one.toWellFormed()));
});

it("needs no quotes for what names are made of", () => {
  expect(command`kubectl label namespace ${"payments"} ${"spirl.com/inject=true"}`).toBe(
    "kubectl label namespace payments spirl.com/inject=true",
  );
});
