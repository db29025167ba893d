import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { heldBy, Taken, takeLock } from "../../../local/lock.ts";
import { aFolder } from "./support.ts";

const module = new URL("../../../local/lock.ts", import.meta.url).href;
/** Another process that takes the lock, says so, and has it until its input ends. */
function taker(path: string) {
  const script = `
    const { takeLock } = await import(${JSON.stringify(module)});
    try { takeLock(${JSON.stringify(path)}); process.stdout.write("has it\\n"); } catch (error) { process.stdout.write(error.name + "\\n"); process.exit(); }
    for await (const _ of process.stdin);`;
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}
const said = (child: ReturnType<typeof taker>): Promise<string> =>
  new Promise((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk).trim())));

describe("the lock of a data folder", () => {
  it("is one process's at a time, and says whose", () => {
    const path = join(aFolder(), "lock");
    expect(heldBy(path)).toBeUndefined();
    const free = takeLock(path);
    expect(heldBy(path)).toBe(process.pid);
    expect(() => takeLock(path)).toThrow(Taken);
    free();
    expect(heldBy(path)).toBeUndefined();
    takeLock(path)();
  });

  it("goes with its process, however that ends", { timeout: 30_000 }, async () => {
    const path = join(aFolder(), "lock");
    const child = taker(path);
    expect(await said(child)).toBe("has it");
    expect(heldBy(path)).toBe(child.pid);
    expect(() => takeLock(path)).toThrow(`process ${child.pid} is already running with this data folder`);
    const exit = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exit;
    expect(heldBy(path)).toBeUndefined();
    takeLock(path)();
  });

  it("has one winner where several find it left behind at the same moment", { timeout: 60_000 }, async () => {
    const path = join(aFolder(), "lock");
    const first = taker(path);
    await said(first);
    first.kill("SIGKILL");
    const children = Array.from({ length: 6 }, () => taker(path));
    // Whoever has it keeps it until all have tried.
    const all = await Promise.all(children.map(said));
    for (const child of children) child.stdin.end();
    expect(all.filter((output) => output === "has it")).toHaveLength(1);
    expect(all.filter((output) => output === "Taken")).toHaveLength(5);
  });
});

it("a folder where no file system would take one is a mistake that is said, not tried for ever", () => {
  expect(() => takeLock("/proc/nowhere/lock")).toThrow(/ENOENT|EACCES|EPERM/);
});
