import type { Contract } from "../contract.ts";

/** Runs every five minutes for each cluster, and is over before the next one. Lists of a whole cluster are large, and each find is looked up in the ledger. */
export const contract = {
  does: "Looks for workloads that should have the SPIFFE socket and have not, and reports each as an alert.",
  timeoutSeconds: 240,
  memoryMiB: 1024,
  concurrency: 4,
  needs: {
    ledger: ["openOrJoin", "reject", "view", "raiseRun", "token"],
    archive: ["put"],
    workflow: ["start", "wake"],
    cluster: "reader",
    secrets: true,
    policy: true,
  },
} as const satisfies Contract;
