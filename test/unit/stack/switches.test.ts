import { describe, expect, it } from "vitest";
import { contract } from "../../../lambdas/remediate/contract.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { cli } from "../commands/support.ts";
import { aws, caller } from "./aws.ts";

const deployed = ["--stack", "remediator"] as const;
const provided = async () => {
  const on = await aws();
  for (const of of ["all", { cluster: "prod" }, { cluster: "staging" }] as const) await on.ledger.setSwitch(of, { state: "off" });
  return on;
};

describe("stop and resume, of a stack", () => {
  it("throws the switch as whoever AWS says it is, and takes it back", async () => {
    const { ledger } = await provided();
    const stopped = await cli("stop", "--cluster", "prod", "--why", "it restarts too much", ...deployed);
    expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining(`by ${caller}: it restarts too much`) });
    expect(await ledger.switchOf({ cluster: "prod" })).toMatchObject({ state: "on", by: caller, why: "it restarts too much" });
    expect(await ledger.switchOf("all")).toEqual({ state: "off" });
    expect((await cli("resume", "--cluster", "prod", ...deployed)).code).toBe(0);
    expect(await ledger.switchOf({ cluster: "prod" })).toEqual({ state: "off" });
  });

  it("stops everywhere also where the clusters cannot be listed, and says that it did", async () => {
    const { ledger, denied } = await provided();
    denied.add("cloudformation:DescribeStacks");
    const { code, err } = await cli("stop", "--why", "x", ...deployed);
    expect(err).toMatch(/^stopped everywhere\nremediator: .* lacks the right cloudformation:DescribeStacks/);
    expect(code).toBe(2);
    expect(await ledger.switchOf("all")).toMatchObject({ state: "on" });
  });

  it("knows the clusters of the deployed policy, and refuses another", async () => {
    const { ledger } = await provided();
    expect(await cli("stop", "--cluster", "stagin", "--why", "x", ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean staging?"),
    });
    expect(await ledger.switchOf({ cluster: "stagin" })).toEqual({ state: "missing" });
  });

  it("says which right is missing, and that nothing was stopped, by its exit code", async () => {
    const on = await provided();
    on.denied.add("dynamodb:TransactWriteItems");
    expect(await cli("stop", "--why", "x", ...deployed)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("lacks the right"),
    });
    expect(await on.ledger.switchOf("all").catch(() => "denied")).toEqual({ state: "off" });
  });
});

describe("what stop and resume say, beside the switches, of an emergency stop", () => {
  it("resume says that it still holds, and how it is taken back", async () => {
    await provided();
    await cli("stop", "--emergency", "--why", "x", ...deployed);
    const { code, out } = await cli("resume", ...deployed);
    expect(code).toBe(1);
    const all = capabilities.map((name) => `remediator-${name}`).join(", ");
    expect(out).toContain(`✗ the emergency stop still holds (${all}): remediator resume --emergency --stack remediator\n`);
    for (const of of ["everywhere", "cluster prod", "cluster staging"])
      expect(out).toContain(`✗ ${of}: its switch is off; stopped all the same, for the emergency stop still holds\n`);
    expect(out).not.toContain("✓");
    await cli("resume", "--emergency", ...deployed);
    expect(await cli("resume", ...deployed)).toMatchObject({ code: 0, out: expect.not.stringMatching(/[✗?]/) });
  });

  it("finds the one function in a network that is still stopped", async () => {
    const on = await aws({
      "lambda:GetFunctionConcurrency": (name) =>
        name === "remediator-EvictWorkload-inner" ? { body: { ReservedConcurrentExecutions: 0 } } : undefined,
    });
    on.outputs.Clusters = "prod,staging@inner";
    for (const of of ["all", { cluster: "prod" }, { cluster: "staging" }] as const) await on.ledger.setSwitch(of, { state: "off" });
    expect(await cli("resume", ...deployed)).toMatchObject({
      code: 1,
      out: expect.stringContaining("✗ the emergency stop still holds (remediator-EvictWorkload-inner): "),
    });
  });

  it("resume does not call permitted what it may not ask about: exit code 3", async () => {
    const on = await provided();
    on.denied.add("lambda:GetFunctionConcurrency");
    const { code, out } = await cli("resume", ...deployed);
    expect(code).toBe(3);
    expect(out).toContain("? everywhere: its switch is off; whether an emergency stop holds could not be told\n");
    expect(out).toMatch(/^\? whether remediator-\S+, .* may run could not be told: \S+ lacks the right lambda:GetFunctionConcurrency /m);
    expect(out).not.toContain("✓");
    expect(await on.ledger.switchOf("all")).toEqual({ state: "off" });
  });

  it("stop of one cluster says of the others what holds there", async () => {
    await provided();
    await cli("stop", "--emergency", "--why", "x", ...deployed);
    await cli("resume", ...deployed);
    const { code, out } = await cli("stop", "--cluster", "prod", "--why", "x", ...deployed);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^✗ cluster staging: its switch is off; stopped all the same/m) });
  });
});

const concurrencies = ({ asked }: Awaited<ReturnType<typeof aws>>) =>
  asked
    .filter(({ action }) => action === "lambda:PutFunctionConcurrency")
    .map(({ input, seen }) => [input, (JSON.parse(seen.body) as { ReservedConcurrentExecutions: number }).ReservedConcurrentExecutions]);

describe("stop --emergency", () => {
  it("lets none of the writers run, and throws the switch, too", async () => {
    const on = await provided();
    const { code, out } = await cli("stop", "--emergency", "--why", "it does what it should not", ...deployed);
    expect(code).toBe(0);
    expect(concurrencies(on).sort()).toEqual(capabilities.map((name) => [`remediator-${name}`, 0]).sort());
    for (const name of capabilities) expect(out).toContain(`✓ remediator-${name}: runs no more\n`);
    expect(await on.ledger.switchOf("all")).toMatchObject({ state: "on", by: caller, why: "it does what it should not" });
  });

  it("works where every access to our tables is denied, and says that the switch was not thrown", async () => {
    const on = await provided();
    for (const action of ["GetItem", "Query", "TransactWriteItems", "PutItem"]) on.denied.add(`dynamodb:${action}`);
    for (const action of ["lambda:GetFunctionConfiguration", "cloudformation:DescribeStacks"]) on.denied.add(action);
    const { code, out } = await cli("stop", "--emergency", "--why", "x", ...deployed);
    expect(code).toBe(0);
    expect(concurrencies(on)).toHaveLength(capabilities.length);
    expect(out).toContain("? the stop switch could not be set (");
  });

  it("stops those in networks too, and nobody else's", async () => {
    const on = await aws({}, ["EvictWorkload-inner", "Diagnose-inner"]);
    const { code, out } = await cli("stop", "--emergency", "--why", "x", ...deployed);
    expect(code).toBe(0);
    expect(out).toContain("✓ remediator-EvictWorkload-inner: runs no more\n");
    expect(concurrencies(on)).toHaveLength(capabilities.length + 1);
  });

  it("stops those outside where nobody tells what is in networks, and ends with 1, for those may still run", async () => {
    const on = await aws();
    on.denied.add("lambda:ListFunctions");
    const { code, out } = await cli("stop", "--emergency", "--why", "x", ...deployed);
    expect(code).toBe(1);
    expect(out).toContain("? those in networks of the policy, if there are any, could not be found and may still run: ");
    expect(concurrencies(on)).toHaveLength(capabilities.length);
  });

  it("does not stop at one that cannot be stopped, and ends with 1", async () => {
    const on = await aws({
      "lambda:PutFunctionConcurrency": (name) =>
        name === `remediator-${capabilities[0]}` ? { status: 500, body: { message: "broken" } } : undefined,
    });
    const { code, out } = await cli("stop", "--emergency", "--why", "x", ...deployed);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^✗ remediator-${capabilities[0]}: `, "m"));
    for (const name of capabilities.slice(1)) expect(out).toContain(`✓ remediator-${name}: runs no more\n`);
    expect(new Set(concurrencies(on).map(([name]) => name)).size).toBe(capabilities.length);
  });

  it.each([
    ["there is none of that name", [], "EvictWorkload: Function not found"],
    [
      "every other name is denied",
      ["lambda:PutFunctionConcurrency", "lambda:ListFunctions"],
      "lacks the right lambda:PutFunctionConcurrency",
    ],
  ])("says that the name may be wrong where %s", async (_, rights, says) => {
    const on = await aws({
      "lambda:PutFunctionConcurrency": () => ({
        status: 404,
        body: { __type: "ResourceNotFoundException", Message: "Function not found", message: "Function not found" },
      }),
    });
    for (const right of rights) on.denied.add(right);
    const { code, out } = await cli("stop", "--emergency", "--why", "x", "--stack", "nope");
    expect(code).toBe(1);
    expect(out).toContain(says);
    expect(out).toContain("? none was reached: is nope the stack's name, and is it in eu-west-1? --stack and --region say which");
  });

  it("does not doubt the name where one was reached, or AWS is in trouble", async () => {
    const broken = { status: 500, body: { message: "broken" } };
    await aws({ "lambda:PutFunctionConcurrency": () => broken });
    expect((await cli("stop", "--emergency", "--why", "x", ...deployed)).out).not.toContain("none was reached");
  });

  it("wants a stack and a reason, and is for everywhere", async () => {
    const on = await aws();
    for (const [args, says] of [
      [["--emergency", "--why", "x"], "it goes with --stack"],
      [["--emergency", "--why", " ", ...deployed], "--why must say why"],
      [["--emergency", "--why", "x", "--cluster", "prod", ...deployed], "cannot be used with"],
    ] as const)
      expect(await cli("stop", ...args)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    expect(on.asked).toEqual([]);
  });
});

describe("resume --emergency", () => {
  it("gives each writer the number that it is deployed with, and leaves the switches", async () => {
    const on = await provided();
    await cli("stop", "--emergency", "--why", "x", ...deployed);
    on.asked.splice(0);
    const { code, err } = await cli("resume", "--emergency", ...deployed);
    expect(code).toBe(0);
    expect(concurrencies(on).sort()).toEqual(capabilities.map((name) => [`remediator-${name}`, contract.concurrency]).sort());
    expect(err).toContain("the stop switches stay as they are: remediator resume --stack remediator");
    expect(await on.ledger.switchOf("all")).toMatchObject({ state: "on" });
  });
});
