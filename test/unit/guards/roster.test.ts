import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { guards } from "../../../runbook/guards/index.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { rules } from "../../../runbook/rules.ts";

/** By hand, in the order of the screen: who drops a guard has to drop it here, too. */
const ids = [
  "mode",
  "stop-switches",
  "fresh-and-firing",
  "evidence-complete",
  "explicit-live-targets",
  "protected-namespaces",
  "expected-by-policy",
  "most-of-the-fleet",
  "blast-radius",
  "replicas-and-budgets",
  "rollout-in-progress",
  "fargate",
  "ownership",
  "same-remedy-failed",
  "cooldown",
  "one-at-a-time",
  "budget",
  "breaker",
];
/** Beside the guards in their folder: the roster, and what several of them use. */
const others = ["index", "pods-of"];
const folder = join(import.meta.dirname, "../../../runbook/guards");

describe("the roster of guards", () => {
  it("is this one, in this order", () => expect(guards(remedies).map(({ id }) => id)).toEqual(ids));
  it("is what the machinery asks", () => expect(rules.guards.map(({ id }) => id)).toEqual(ids));
  it("forgets no file of the folder, and has a file for each", () => {
    const files = globSync("*.ts", { cwd: folder }).map((file) => basename(file, ".ts"));
    expect(files.filter((name) => !others.includes(name)).sort()).toEqual([...ids].sort());
  });
  it.each(ids)("%s has its tests", (id) => expect(existsSync(join(import.meta.dirname, `${id}.test.ts`))).toBe(true));
  it("asks a question a person understands, each its own", () => {
    const questions = guards(remedies).map(({ asks }) => asks);
    expect(questions.filter((asks) => !/^[A-Z].{20,}\?$/.test(asks))).toEqual([]);
    expect(new Set(questions).size).toBe(ids.length);
  });
});
