import type { Contract } from "../contract.ts";

/** CloudFormation calls it when the stack is made, and when the policy's clusters change: once. */
export const contract = {
  does: "Puts the stop switches there, as off, for what is new: at the installation, and for a cluster that was added.",
  timeoutSeconds: 30,
  memoryMiB: 256,
  concurrency: 1,
  needs: { switches: true },
} as const satisfies Contract;
