import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { log, logged } from "../../../lambdas/wiring/common.ts";
import { tell } from "../../../lambdas/wiring/metrics.ts";
import { at } from "../../support/incidents.ts";

const root = join(import.meta.dirname, "../../..");

/** All that goes to standard output while this runs. */
function written(work: () => void): string {
  const chunks: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  work();
  vi.restoreAllMocks();
  return chunks.join("");
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it("a line goes to standard output as it is, with its fields at the root, its level and its time", () => {
  const text = written(() => log({ level: "error", message: "two\nlines", incident: "i-1" }));
  expect(text.match(/\n/g)).toHaveLength(1);
  const line = JSON.parse(text);
  expect(line).toEqual({ timestamp: expect.any(String), level: "error", message: "two\nlines", incident: "i-1" });
  expect(new Date(line.timestamp).toISOString()).toBe(line.timestamp);
});

it("a line holds no secret", () => {
  const text = written(() => log({ level: "info", message: "asked with Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789" }));
  expect(text).not.toContain("abcdefghijklmnopqrstuvwxyz");
});

it("what a function throws holds none either, for Lambda writes that down itself, and the workflow keeps it", async () => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const thrown = (error: unknown) =>
    logged("decide", { id: "i-1" }, () => Promise.reject(error)).catch((caught: unknown) => caught as Error);
  const told = await thrown(new RangeError("asked with Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789"));
  expect(told).toMatchObject({ name: "RangeError", message: expect.stringMatching(/^asked with Authorization: .*\[redacted:/) });
  expect(`${told.stack} ${told.cause}`).not.toContain("abcdefghijklmnopqrstuvwxyz");
  expect((await thrown("password=hunter2-but-longer")).message).not.toContain("hunter2");
  // What has none is thrown on as it is.
  const plain = new TypeError("there is no incident i-1");
  expect(await thrown(plain)).toBe(plain);
});

it("what is measured is a line of its own, of this stack", () => {
  vi.stubEnv("STACK_NAME", "staging");
  const text = written(() => tell([{ metric: "Sweeps", value: 1, of: {} }], at(0)));
  expect(JSON.parse(text)).toMatchObject({ stack: "staging", Sweeps: 1, _aws: { CloudWatchMetrics: [{ Namespace: "Remediator" }] } });
});

it("no function speaks through console, which Lambda would wrap", () => {
  const files = globSync("{lambdas,adapters,kernel,runbook}/**/*.ts", { cwd: root });
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => /\bconsole\.\w+\(/.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
});
