import { defineConfig } from "vitest/config";

const project = (name: string, timeout: number, folders: readonly string[], serial = false) => ({
  test: {
    name,
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    testTimeout: timeout,
    hookTimeout: timeout,
    // A worker keeps what it has loaded: loading anew for each file was nearly half of the time. So a file leaves the
    // environment and the clock as it found them. Files with real servers run one after the other, each in a process of its own.
    ...(serial ? { fileParallelism: false } : { isolate: false }),
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
