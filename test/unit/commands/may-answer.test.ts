import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../../adapters/policy/parse.ts";
import { withApprovers } from "../../../adapters/policy/with-approvers.ts";
import { withMode } from "../../../adapters/policy/with-mode.ts";
import type { Mode } from "../../../kernel/types/index.ts";
import { localUser } from "../../../local/approver.ts";
import { answerable, mayAsk } from "../../../local/may-answer.ts";
import { aFolder, aWorld, cli } from "./support.ts";

const me = localUser();
const at = (mode: Mode, approvers: readonly string[] = []) =>
  withMode(withApprovers(parsePolicy("", { file: "shipped" }), approvers), "prod", mode);
const by = (policy: ReturnType<typeof at>, approver: "yes" | "terminal" | "nobody" | "practice") => {
  const { policy: inForce, approver: chosen } = answerable(policy, "prod", { by: approver });
  return [chosen.by, inForce.approvers];
};

describe("an approval may come to wait", () => {
  it.each([
    ["off", false],
    ["observe", false],
    ["approve", true],
    ["auto", true],
  ] as const)("in mode %s: %s", (mode, asks) => {
    expect(mayAsk(at(mode), "prod")).toBe(asks);
    expect(mayAsk(at(mode), "another")).toBe(false);
  });

  it("not where all that would ask is only observed", () => {
    const policy = at("auto");
    const remedies = { "label-namespace": "observe", "label-pod-template": "observe" } as const;
    expect(mayAsk({ ...policy, mode: { ...policy.mode, remedies } }, "prod")).toBe(false);
  });
});

describe("who may answer it", () => {
  it("is whoever runs this, where the policy names nobody; and the policy in force has the name, and another version", () => {
    const { policy } = answerable(at("approve"), "prod", { by: "terminal" });
    expect(policy.approvers).toEqual([me]);
    expect(policy.version).not.toBe(at("approve").version);
    expect(by(at("approve"), "yes")).toEqual(["yes", [me]]);
  });

  it("is whom the policy names, and nobody besides", () => {
    expect(by(at("approve", [me]), "terminal")).toEqual(["terminal", [me]]);
    expect(by(at("approve", ["terminal:*"]), "yes")).toEqual(["yes", ["terminal:*"]]);
    expect(by(at("approve", ["terminal:somebody-else"]), "terminal")).toEqual(["nobody", ["terminal:somebody-else"]]);
    expect(by(at("approve", ["terminal:somebody-else"]), "nobody")).toEqual(["nobody", ["terminal:somebody-else"]]);
    expect(() => by(at("approve", ["terminal:somebody-else"]), "yes")).toThrow(`--yes would answer as ${me}`);
  });

  it("must be somebody: nothing starts where nobody could", () => {
    const add = `add it to approvers in the policy (--policy), as in \`approvers: ["${me}"]\``;
    expect(() => by(at("auto"), "nobody")).toThrow(add);
    expect(() => by(at("approve", ["arn:aws:sts::1:assumed-role/OnCall/*"]), "terminal")).toThrow(add);
  });

  it("does not matter where nothing asks", () => {
    for (const mode of ["off", "observe"] as const) expect(by(at(mode), "nobody")).toEqual(["nobody", []]);
  });
});

it("run says so at once, before anything is opened", async () => {
  const { as, world } = await aWorld("template-unlabelled");
  const given = ["payments/deployment/checkout", ...as("admin"), "--mode", "approve", "--data", aFolder()];
  expect(await cli("run", ...given)).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("could be answered by nobody on this machine"),
  });
  expect(world.audit()).toEqual([]);
});
