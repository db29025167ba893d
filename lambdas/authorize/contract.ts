import type { Contract } from "../contract.ts";

export const contract = {
  does: "Says whose bearer token it is, and for which clusters it may speak.",
  timeoutSeconds: 8,
  memoryMiB: 256,
  needs: { tokens: true },
} as const satisfies Contract;
