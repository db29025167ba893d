import type { Contract } from "../contract.ts";

/** It takes milliseconds, and API Gateway keeps its answers: few deliveries ask. */
export const contract = {
  does: "Says whose bearer token it is, and for which clusters it may speak.",
  timeoutSeconds: 8,
  memoryMiB: 256,
  concurrency: 20,
  needs: { tokens: true },
} as const satisfies Contract;
