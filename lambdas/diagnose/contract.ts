import type { Contract } from "../contract.ts";

/** Each is a burst of reads at an API server, so that there is an end to how many there are; what finds no room is asked for again. */
export const contract = {
  does: "Reads clusters and metrics along the scenario's chain, and puts on record what it found.",
  timeoutSeconds: 180,
  memoryMiB: 1024,
  concurrency: 50,
  needs: { ledger: ["view", "append"], archive: ["put"], cluster: "reader", secrets: true, policy: true },
} as const satisfies Contract;
