import type { Contract } from "../contract.ts";

/** Runs each minute, and is over before the next one. */
export const contract = {
  does: "Starts every open incident that has no execution.",
  timeoutSeconds: 55,
  memoryMiB: 512,
  concurrency: 1,
  needs: { ledger: ["open", "view", "raiseRun"], workflow: ["start"], policy: true },
} as const satisfies Contract;
