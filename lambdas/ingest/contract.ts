import type { Contract } from "../contract.ts";

const needs = {
  ledger: ["openOrJoin", "reject", "view", "raiseRun", "token"],
  archive: ["put"],
  workflow: ["start", "wake"],
  policy: true,
} as const satisfies Contract["needs"];

/** The HTTP API waits for 30 s at most. Bodies of 5 MiB are parsed here, and memory is also speed. */
export const contract = {
  does: "Puts alerts on record, opens or joins their incidents, and starts what does not run yet.",
  timeoutSeconds: 28,
  memoryMiB: 1024,
  needs,
} as const satisfies Contract;

/** The same behind a queue, so that a flood on one way in leaves room on the other. */
export const queuedContract = {
  does: "Puts alerts that came by way of SNS on record; what could not be stays in the queue.",
  timeoutSeconds: 28,
  memoryMiB: 1024,
  concurrency: 5,
  needs: { ...needs, queue: true },
} as const satisfies Contract;
