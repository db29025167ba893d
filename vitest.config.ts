import { defineConfig } from "vitest/config";

const project = (name: string, timeout: number, folders: readonly string[], serial = false) => ({
  test: {
    name,
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    testTimeout: timeout,
    hookTimeout: timeout,
    ...(serial ? { fileParallelism: false } : {}),
  },
});

/** By what the tests need: `npm test` runs what needs nothing but npm; `cluster` and `cloud` start real servers. */
export default defineConfig({
  test: {
    // Much of it is waiting, and the default leaves one core idle: half of a small machine.
    maxWorkers: "100%",
    projects: [
      project("unit", 20_000, ["unit", "world"]),
      project("workflow", 60_000, ["workflow", "faults"]),
      project("ledger", 60_000, ["ledger"]),
      project("cluster", 600_000, ["cluster"], true),
      project("cloud", 600_000, ["cloud"], true),
    ],
  },
});
