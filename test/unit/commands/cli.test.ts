import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Unreachable } from "../../../kernel/ports.ts";
import { mistake, UsageError } from "../../../local/commands/mistakes.ts";
import { startWorld } from "../../../local/world/world.ts";
import { aFile, cli } from "./support.ts";

const commands = [
  ["start"],
  ["why"],
  ["run"],
  ["incident"],
  ["incidents"],
  ["rejected"],
  ["approve"],
  ["decline"],
  ["stop"],
  ["resume"],
  ["audit", "verify"],
] as const;

describe("remediator", () => {
  it.each(commands.map((command) => [command]))("%j --help has examples and exit codes", async (command) => {
    const { code, out, err } = await cli(...command, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`\\nExamples:\\n {2}\\$ .*remediator ${command.join(" ")}`));
    expect(out).toMatch(/\nExit codes:\n {2}0 {2}\S/);
    expect(out).toMatch(/\n {2}2 {2}\S/);
  });

  it.each(["--version", "-V"])("prints its version: %s", async (option) => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
    expect(await cli(option)).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
  });

  it("lists its commands, and means the nearest where one is mistyped", async () => {
    const { code, out } = await cli("--help");
    expect(code).toBe(0);
    for (const [command] of commands) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    expect(await cli("aprove")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/unknown command 'aprove'\n\(Did you mean approve\?\)/),
    });
    expect(await cli("audit", "verfy")).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean verify?") });
    expect(await cli()).toMatchObject({ code: 2 });
    expect(await cli("start", "--port", "eighty")).toMatchObject({ code: 2, err: expect.stringContaining("a port is a number from 0") });
    expect(await cli("start", "--incident", "x", "--once")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Allowed choices are healthy"),
    });
    expect(await cli("start", "--incident", "healthy", "--kubeconfig", "x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--incident is the practice world's"),
    });
    const idle = ["--cluster", "prod", "--prometheus", "http://127.0.0.1:1", "--alertmanager", "http://127.0.0.1:1"];
    expect(await cli("start", ...idle)).toMatchObject({
      code: 2,
      err: "remediator: --cluster, --prometheus, --alertmanager: for a cluster of your own, which --kubeconfig or --context names\n",
    });
    expect(await cli("start", "--kubeconfig", "/nowhere")).toMatchObject({
      code: 2,
      err: expect.stringContaining("the kubeconfig /nowhere cannot be read"),
    });
    expect(await cli("start", "--policy", "/nowhere")).toMatchObject({
      code: 2,
      err: "remediator: /nowhere cannot be read (ENOENT)\n",
    });
  });
});

describe("a mistake", () => {
  it("is said in its own words, without a stack", () => {
    expect(mistake(new UsageError("wrong"))).toBe("wrong");
    expect(mistake(new Unreachable("the ledger's file does not answer"))).toBe("the ledger's file does not answer");
    expect(mistake(Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), { code: "EACCES" }))).toContain("permission denied");
    expect(mistake(Object.assign(new Error("listen"), { code: "EADDRINUSE", port: 9465 }))).toBe(
      "port 9465 is taken: give another with --port (0: any that is free)",
    );
    expect(mistake(Object.assign(new Error("file is not a database"), { errcode: 26 }))).toBe(
      "the ledger cannot be used: file is not a database",
    );
  });

  it("of the program itself is none of the user's: its stack is wanted", () => {
    for (const error of [
      new TypeError("x is not a function"),
      new RangeError("too large"),
      Object.assign(new Error("x"), { code: "ERR_INVALID_STATE" }),
      "text",
    ])
      expect(mistake(error)).toBeUndefined();
  });
});

describe("as it is installed", () => {
  const program = join(import.meta.dirname, "../../../bin/remediator.mjs");
  async function installed(args: readonly string[], input = "") {
    const child = spawn(process.execPath, [program, ...args], { stdio: "pipe" });
    child.stdin.end(input);
    const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const [code, out, err] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
    return { code, out, err };
  }

  it("answers about a manifest on stdin, with its exit code", { timeout: 60_000 }, async () => {
    const world = await startWorld({ incident: "healthy" });
    try {
      const kubeconfig = aFile(JSON.stringify(world.kubeconfig("reader")));
      const pod = "kind: Pod\nmetadata: {name: one, namespace: payments}\nspec: {containers: [{name: app, image: x}]}\n";
      const { code, out, err } = await installed(["why", "-f", "-", "--kubeconfig", kubeconfig], pod);
      expect({ code, err }).toEqual({ code: 1, err: "" });
      expect(out).toContain('Mend   add "k8s.spirl.com/spiffe-csi: enabled" to metadata.labels of Pod one (line 2)');
      expect(out).toContain("stdin:1");
      expect(world.audit()).toEqual([]);
    } finally {
      await world.stop();
    }
  });

  it("ends with 2 and a line on stderr for a mistake", { timeout: 60_000 }, async () => {
    expect(await installed(["incidents", "--data", "/nowhere"])).toEqual({
      code: 2,
      out: "",
      err: "remediator: there is no ledger in /nowhere: --data names the folder that `remediator start` uses\n",
    });
  });

  it("goes on, and keeps its exit code, where nobody reads its output any more", { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [program, "start", "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const [code, err] = await Promise.all([exit, text(child.stderr)]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});
