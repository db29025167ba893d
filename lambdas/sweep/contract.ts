import type { Contract } from "../contract.ts";

/** Runs each minute, and is over before the next one. One at a time: two would find the same, and count it twice. */
export const contract = {
  does: "Starts every open incident that has no execution, and says what it finds that should not be.",
  timeoutSeconds: 55,
  memoryMiB: 512,
  concurrency: 1,
  needs: { ledger: ["open", "view", "cluster", "raiseRun"], workflow: ["start"], policy: true, metrics: true },
} as const satisfies Contract;
