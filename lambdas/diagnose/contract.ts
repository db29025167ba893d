import type { Contract } from "../contract.ts";

export const contract = {
  does: "Reads clusters and metrics along the scenario's chain, and puts on record what it found.",
  timeoutSeconds: 180,
  memoryMiB: 1024,
  needs: { ledger: ["view", "append"], archive: ["put"], cluster: "reader", secrets: true, policy: true },
} as const satisfies Contract;
